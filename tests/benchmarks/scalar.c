/* Online training of a 10-8-4 network as one writes it by hand: tanh, softmax with cross-entropy, no error measured.
   The parameters are W1 (10 x 8, row by row), b1, W2 (8 x 4), b2, one vector. */

#include <math.h>
#include <stdint.h>

enum { N_IN = 10, N_HIDDEN = 8, N_OUT = 4 };

void train(double *parameters, const double *inputs, const double *targets, const int64_t *order, int64_t n_updates,
           double learning_rate) {
    double *w1 = parameters, *b1 = w1 + N_IN * N_HIDDEN, *w2 = b1 + N_HIDDEN, *b2 = w2 + N_HIDDEN * N_OUT;
    double hidden[N_HIDDEN], outputs[N_OUT], hidden_signals[N_HIDDEN];
    for (int64_t update = 0; update < n_updates; update++) {
        const double *x = inputs + order[update] * N_IN, *t = targets + order[update] * N_OUT;
        for (int j = 0; j < N_HIDDEN; j++) {
            double sum = b1[j];
            for (int i = 0; i < N_IN; i++) sum += x[i] * w1[i * N_HIDDEN + j];
            hidden[j] = tanh(sum);
        }
        double largest = -INFINITY, total = 0;
        for (int k = 0; k < N_OUT; k++) {
            double sum = b2[k];
            for (int j = 0; j < N_HIDDEN; j++) sum += hidden[j] * w2[j * N_OUT + k];
            outputs[k] = sum;
            if (sum > largest) largest = sum;
        }
        for (int k = 0; k < N_OUT; k++) total += outputs[k] = exp(outputs[k] - largest);
        for (int k = 0; k < N_OUT; k++) outputs[k] = outputs[k] / total - t[k]; /* now the signals */
        for (int j = 0; j < N_HIDDEN; j++) {
            double sum = 0;
            for (int k = 0; k < N_OUT; k++) sum += outputs[k] * w2[j * N_OUT + k];
            hidden_signals[j] = (1 - hidden[j] * hidden[j]) * sum;
        }
        for (int j = 0; j < N_HIDDEN; j++)
            for (int k = 0; k < N_OUT; k++) w2[j * N_OUT + k] -= learning_rate * hidden[j] * outputs[k];
        for (int k = 0; k < N_OUT; k++) b2[k] -= learning_rate * outputs[k];
        for (int i = 0; i < N_IN; i++)
            for (int j = 0; j < N_HIDDEN; j++) w1[i * N_HIDDEN + j] -= learning_rate * x[i] * hidden_signals[j];
        for (int j = 0; j < N_HIDDEN; j++) b1[j] -= learning_rate * hidden_signals[j];
    }
}
