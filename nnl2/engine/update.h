/* One network in training, for one number type REAL; `kernel.c` reads this file twice.

   In the order of `elementary.py` and `plain.py`: functions, sums in order, forward, back, the
   program that changes the parameters; at the end what Python calls. Items lie in rows, units in
   columns; rows are padded to whole vectors, and what stands in the padding matters to nobody. */

#undef LANES
#undef PADDED
#define LANES ((int)(VECTOR_BYTES / sizeof(REAL)))
#define PADDED(columns) (((columns) + LANES - 1) / LANES * LANES)
typedef REAL NAME(vector)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));

/* ---- exp, tanh, log ---- */

static const REAL NAME(rounds) = PICK(6755399441055744.0, 12582912.0f);
static const REAL NAME(ln2_high) = PICK(6.93147180369123816490e-01, 0.693359375f);
static const REAL NAME(ln2_low) = PICK(1.90821492927058770002e-10, -2.12194440e-4f);
static const REAL NAME(inverse_factorial)[] = {
    1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
    1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
static const int NAME(mantissa) = PICK(52, 23), NAME(bias) = PICK(1023, 127);

static inline BITS NAME(bits_of)(REAL x) {
    BITS bits;
    memcpy(&bits, &x, sizeof x);
    return bits;
}

static inline REAL NAME(real_of)(BITS bits) {
    REAL x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline REAL NAME(power_of_two)(REAL n) {
    return NAME(real_of)((NAME(bits_of)(n + NAME(rounds)) + NAME(bias)) << NAME(mantissa));
}

/* Return q and set n, with e^x = 2^n (1 + q). */
static inline REAL NAME(reduced)(REAL x, REAL *n) {
    *n = (x * (REAL)1.4426950408889634 + NAME(rounds)) - NAME(rounds);
    const REAL r = (x - *n * NAME(ln2_high)) - *n * NAME(ln2_low);
    const REAL square = r * r, *term = NAME(inverse_factorial);
    REAL series = term[PICK(13, 7)] * r + term[PICK(12, 6)];
#pragma GCC unroll 8
    for (int k = PICK(10, 4); k > 1; k -= 2) series = series * square + (term[k + 1] * r + term[k]);
    return square * series + r;
}

static inline REAL NAME(exp_of)(REAL x) {
    const REAL bound = PICK(800, 150);
    REAL n;
    x = x > bound ? bound : x;
    x = x < -bound ? -bound : x;
    const REAL q = NAME(reduced)(x, &n);
    const REAL half = (n * (REAL)0.5 + NAME(rounds)) - NAME(rounds);
    return ((1 + q) * NAME(power_of_two)(half)) * NAME(power_of_two)(n - half);
}

static inline REAL NAME(tanh_of)(REAL x) {
    const REAL bound = PICK(44, 20);
    REAL n, doubled = 2 * PICK(__builtin_fabs, __builtin_fabsf)(x);
    doubled = doubled > bound ? bound : doubled;
    const REAL q = NAME(reduced)(doubled, &n), power = NAME(power_of_two)(n);
    const REAL e = power * q + (power - 1), result = e / (e + 2);
    return PICK(__builtin_copysign, __builtin_copysignf)(result, x);
}

static inline REAL NAME(log_of)(REAL x) {
    const REAL zero = 0, whole = (REAL)((BITS)1 << NAME(mantissa));
    const int tiny = x < (REAL)PICK(2.2250738585072014e-308, 1.17549435e-38f);
    const int n_terms = PICK(10, 5), shift = PICK(54, 25);
    const BITS bits = NAME(bits_of)(tiny ? x * (REAL)((uint64_t)1 << shift) : x);
    REAL n = NAME(real_of)((bits >> NAME(mantissa)) | NAME(bits_of)(whole)) - (whole + NAME(bias));
    n = tiny ? n - shift : n;
    REAL m = NAME(real_of)((bits & (((BITS)1 << NAME(mantissa)) - 1)) | NAME(bits_of)(1));
    const int above = m > (REAL)1.4142135623730951;
    m = above ? m * (REAL)0.5 : m;
    n = above ? n + 1 : n;
    const REAL f = m - 1, s = f / (f + 2), z = s * s, half_square = (f * f) * (REAL)0.5;
    REAL series = (REAL)(2.0 / (2 * n_terms + 1));
#pragma GCC unroll 16
    for (int k = n_terms - 1; k > 0; k--) series = series * z + (REAL)(2.0 / (2 * k + 1));
    const REAL low = s * (half_square + series * z) + n * NAME(ln2_low);
    const REAL result = n * NAME(ln2_high) - ((half_square - low) - f);
    return x > 0 ? x == 1 / zero ? x : result : x == 0 ? -1 / zero : zero / zero;
}

/* ---- sums in order ---- */

/* out[i][j] = begin[i][j] + sum over k of left[i][k] right[k][j], added in the order of k; without
   `begin` the first term begins. Columns of out, begin and right lie side by side. */
typedef struct {
    REAL *out;
    const REAL *begin, *left, *right;
    ptrdiff_t out_row, begin_row, left_row, left_column, right_row;
    int rows, inner, columns;
} NAME(factors);

/* Do n_rows x n_vectors of a product; both are constants where this is inlined. */
static inline __attribute__((always_inline)) void NAME(tile)(
    const NAME(factors) *p, const int n_rows, const int n_vectors, int row, int column) {
    typedef NAME(vector) vector;
    const REAL *left = p->left + row * p->left_row, *right = p->right + column;
    REAL *out = p->out + row * p->out_row + column;
    const REAL *begin = p->begin ? p->begin + row * p->begin_row + column : NULL;
    vector sums[4][8];
#pragma GCC unroll 4
    for (int i = 0; i < n_rows; i++)
#pragma GCC unroll 8
        for (int v = 0; v < n_vectors; v++)
            if (begin) sums[i][v] = *(const vector *)(begin + i * p->begin_row + v * LANES);
            else sums[i][v] = left[i * p->left_row] * *(const vector *)(right + v * LANES);
    for (int k = begin ? 0 : 1; k < p->inner; k++)
#pragma GCC unroll 4
        for (int i = 0; i < n_rows; i++)
#pragma GCC unroll 8
            for (int v = 0; v < n_vectors; v++)
                sums[i][v] += left[i * p->left_row + k * p->left_column] *
                              *(const vector *)(right + k * p->right_row + v * LANES);
#pragma GCC unroll 4
    for (int i = 0; i < n_rows; i++)
#pragma GCC unroll 8
        for (int v = 0; v < n_vectors; v++) {
            const int n = p->columns - column - v * LANES;
            REAL *to = out + i * p->out_row + v * LANES;
            if (n >= LANES) *(vector *)to = sums[i][v];
            else for (int lane = 0; lane < n; lane++) to[lane] = sums[i][v][lane];
        }
}

/* Eight sums at a time keep the adder busy: four rows of two vectors, or one row of eight. */
static void NAME(product)(const NAME(factors) p) {
    int row = 0;
    if (p.inner == 1 && !p.begin) {
        typedef NAME(vector) vector;
        for (; row < p.rows; row++) {
            const REAL left = p.left[row * p.left_row];
            REAL *out = p.out + row * p.out_row;
            int column = 0;
            for (; column + LANES <= p.columns; column += LANES)
                *(vector *)(out + column) = left * *(const vector *)(p.right + column);
            for (; column < p.columns; column++) out[column] = left * p.right[column];
        }
        return;
    }
    for (; row + 4 <= p.rows; row += 4) {
        int column = 0;
        for (; column + LANES < p.columns; column += 2 * LANES) NAME(tile)(&p, 4, 2, row, column);
        if (column < p.columns) NAME(tile)(&p, 4, 1, row, column);
    }
    for (; row < p.rows; row++) {
        int column = 0;
        for (; column + 7 * LANES < p.columns; column += 8 * LANES)
            NAME(tile)(&p, 1, 8, row, column);
        for (; column + LANES < p.columns; column += 2 * LANES) NAME(tile)(&p, 1, 2, row, column);
        if (column < p.columns) NAME(tile)(&p, 1, 1, row, column);
    }
}

/* ---- where everything lies ---- */

/* Memory for a block of items. Layer 0 is the input; weights[l] lead from it to layer l + 1. */
typedef struct {
    network net;
    int width[MOST_LAYERS];
    REAL *outputs[MOST_LAYERS], *slopes[MOST_LAYERS], *transposed[MOST_LAYERS], *signals[2];
    REAL *masked; /* parameters, for an update that sees weights times factors */
    ptrdiff_t weights[MOST_LAYERS], biases[MOST_LAYERS];
} NAME(scratch);

/* Return where the next n numbers lie, or nothing where they are only counted. */
static REAL *NAME(room)(REAL *memory, ptrdiff_t *used, ptrdiff_t n) {
    REAL *here = memory ? memory + *used : NULL;
    *used += n;
    return here;
}

/* Lay it out in `memory`, if there is any; return how many numbers it takes. */
static ptrdiff_t NAME(lay_out)(NAME(scratch) *s, const network *net, REAL *memory) {
    ptrdiff_t used = 0, position = 0, widest = 0;
    s->net = *net;
    for (int l = 0; l <= net->n_layers; l++) {
        s->width[l] = l ? PADDED(net->sizes[l]) : net->sizes[0];
        if (l && s->width[l] > widest) widest = s->width[l];
        s->outputs[l] = NAME(room)(memory, &used, (ptrdiff_t)ITEM_BLOCK * s->width[l]);
        s->slopes[l] = NAME(room)(memory, &used, l ? (ptrdiff_t)ITEM_BLOCK * s->width[l] : 0);
        if (l == net->n_layers) break;
        const ptrdiff_t turned = l ? (ptrdiff_t)net->sizes[l + 1] * s->width[l] : 0;
        s->transposed[l] = NAME(room)(memory, &used, turned);
        s->weights[l] = position, position += (ptrdiff_t)net->sizes[l] * net->sizes[l + 1];
        s->biases[l] = position, position += net->sizes[l + 1];
    }
    for (int side = 0; side < 2; side++) /* one layer's signals are made of the other's */
        s->signals[side] = NAME(room)(memory, &used, ITEM_BLOCK * widest);
    s->masked = NAME(room)(memory, &used, position + 8 * LANES);
    return used + LANES;
}

/* ---- forward ---- */

static void NAME(activate)(enum hidden hidden, REAL *outputs, REAL *slopes, ptrdiff_t n) {
    if (hidden == TANH) {
        EACH(i, n) outputs[i] = NAME(tanh_of)(outputs[i]);
        EACH(i, n) slopes[i] = 1 - outputs[i] * outputs[i];
    } else if (hidden == SIGMOID) {
        EACH(i, n) outputs[i] = 1 / (1 + NAME(exp_of)(-outputs[i]));
        EACH(i, n) slopes[i] = outputs[i] * (1 - outputs[i]);
    } else {
        EACH(i, n) outputs[i] = outputs[i] <= 0 ? 0 : outputs[i];
        EACH(i, n) slopes[i] = outputs[i] > 0 ? 1 : 0;
    }
}

/* Pass n items forward, from s->outputs[0] to the sums of the output layer. */
static void NAME(forward)(
    NAME(scratch) *s, const REAL *parameters, const void *const *masks, int64_t first, int n) {
    for (int l = 0; l < s->net.n_layers; l++) {
        const int units = s->net.sizes[l + 1], width = s->width[l + 1];
        REAL *outputs = s->outputs[l + 1], *slopes = s->slopes[l + 1];
        NAME(product)((NAME(factors)){
            .out = outputs, .out_row = width, .begin = parameters + s->biases[l],
            .left = s->outputs[l], .left_row = s->width[l], .left_column = 1,
            .right = parameters + s->weights[l], .right_row = units,
            .rows = n, .inner = s->net.sizes[l], .columns = units});
        if (l == s->net.n_layers - 1) return;
        NAME(activate)(s->net.hidden, outputs, slopes, (ptrdiff_t)n * width);
        if (!masks || !masks[l]) continue;
        const REAL *mask = (const REAL *)masks[l] + first * units;
        for (int i = 0; i < n; i++, mask += units, outputs += width, slopes += width) {
            EACH(j, units) outputs[j] *= mask[j];
            EACH(j, units) slopes[j] *= mask[j];
        }
    }
}

/* Take each item's largest sum away from its sums. */
static void NAME(lower)(REAL *sums, int n_items, int width, int n) {
    for (; n_items > 0; n_items--, sums += width) {
        REAL largest = sums[0];
        for (int j = 1; j < n; j++)
            largest = (sums[j] > largest) | (sums[j] != sums[j]) ? sums[j] : largest;
        EACH(j, n) sums[j] -= largest;
    }
}

/* Turn sums into outputs. */
static void NAME(finish)(enum output output, REAL *sums, int n_items, int width, int n) {
    const ptrdiff_t size = (ptrdiff_t)n_items * (width / LANES) * LANES;
    if (output == SQUARED_ERROR) return;
    if (output == SIGMOID_CROSS_ENTROPY) {
        EACH(i, size) sums[i] = 1 / (1 + NAME(exp_of)(-sums[i]));
        return;
    }
    NAME(lower)(sums, n_items, width, n);
    EACH(i, size) sums[i] = NAME(exp_of)(sums[i]);
    for (; n_items > 0; n_items--, sums += width) {
        REAL total = sums[0];
        for (int j = 1; j < n; j++) total += sums[j];
        EACH(j, n) sums[j] /= total;
    }
}

/* Put each item's error into `errors`. Sums are overwritten; there is room for as many powers. */
static void NAME(measure)(
    enum output output, REAL *sums, REAL *powers, const REAL *targets, REAL *errors, int n_items,
    int width, int n) {
    const ptrdiff_t size = (ptrdiff_t)n_items * (width / LANES) * LANES;
    if (output == SOFTMAX_CROSS_ENTROPY) {
        NAME(lower)(sums, n_items, width, n);
        EACH(i, size) powers[i] = NAME(exp_of)(sums[i]);
        for (int i = 0; i < n_items; i++) {
            REAL total = powers[i * width];
            for (int j = 1; j < n; j++) total += powers[i * width + j];
            errors[i] = total;
        }
        EACH(i, n_items) errors[i] = NAME(log_of)(errors[i]);
    } else if (output == SIGMOID_CROSS_ENTROPY) {
        EACH(i, size) powers[i] = 1 + NAME(exp_of)(sums[i] < 0 ? sums[i] : -sums[i]);
        EACH(i, size) powers[i] = (sums[i] > 0 ? sums[i] : 0) + NAME(log_of)(powers[i]);
    } else {
        NAME(finish)(output, sums, n_items, width, n);
    }
    for (int i = 0; i < n_items; i++, sums += width, powers += width, targets += n) {
        REAL total = 0;
        for (int j = 0; j < n; j++) {
            const REAL s = sums[j], t = targets[j];
            REAL term = (t - s) * (t - s);
            if (output == SOFTMAX_CROSS_ENTROPY) term = t * (s - errors[i]);
            if (output == SIGMOID_CROSS_ENTROPY) term = powers[j] - t * s;
            total = j ? total + term : term;
        }
        errors[i] = output == SOFTMAX_CROSS_ENTROPY ? -total
            : output == SOFTMAX_SQUARED_ERROR || output == SQUARED_ERROR ? total / 2 : total;
    }
}

/* ---- back ---- */

/* Turn one item's outputs into signals: the slope of its error in each sum, times its share. */
static void NAME(signal)(
    enum output output, REAL *outputs, const REAL *targets, REAL share, int n) {
    REAL total = 0;
    for (int j = 0; j < n && output == SOFTMAX_SQUARED_ERROR; j++) {
        const REAL term = (outputs[j] - targets[j]) * outputs[j];
        total = j ? total + term : term;
    }
    for (int j = 0; j < n; j++) {
        const REAL o = outputs[j], difference = o - targets[j];
        REAL slope = difference;
        if (output == SOFTMAX_SQUARED_ERROR) slope = o * (difference - total);
        if (output == ARTICLE_SQUARED_ERROR) slope = (1 - o) * o * difference;
        outputs[j] = slope * share;
    }
}

/* Add n items to the gradient, from the signals of the last layer; `more` if others were before. */
static void NAME(back)(NAME(scratch) *s, REAL *gradient, int n, int more) {
    static const REAL one = 1;
    const REAL *signals = s->outputs[s->net.n_layers];
    for (int l = s->net.n_layers - 1; l >= 0; l--) {
        const int n_in = s->net.sizes[l], n_out = s->net.sizes[l + 1], width = s->width[l + 1];
        REAL *weights = gradient + s->weights[l], *biases = gradient + s->biases[l];
        NAME(product)((NAME(factors)){
            .out = weights, .out_row = n_out, .begin = more ? weights : NULL, .begin_row = n_out,
            .left = s->outputs[l], .left_row = 1, .left_column = s->width[l],
            .right = signals, .right_row = width, .rows = n_in, .inner = n, .columns = n_out});
        NAME(product)((NAME(factors)){
            .out = biases, .begin = more ? biases : NULL, .left = &one,
            .right = signals, .right_row = width, .rows = 1, .inner = n, .columns = n_out});
        if (!l) return;
        REAL *before = s->signals[l % 2];
        const REAL *slopes = s->slopes[l];
        NAME(product)((NAME(factors)){
            .out = before, .out_row = s->width[l],
            .left = signals, .left_row = width, .left_column = 1,
            .right = s->transposed[l], .right_row = s->width[l],
            .rows = n, .inner = n_out, .columns = n_in});
        EACH(i, (ptrdiff_t)n * s->width[l]) before[i] *= slopes[i];
        signals = before;
    }
}

static void NAME(transpose)(NAME(scratch) *s, const REAL *parameters) {
    for (int l = 1; l < s->net.n_layers; l++) {
        const int n_in = s->net.sizes[l], n_out = s->net.sizes[l + 1];
        for (ptrdiff_t j = 0; j < n_out; j++)
            for (ptrdiff_t k = 0; k < n_in; k++)
                s->transposed[l][j * s->width[l] + k] = parameters[s->weights[l] + k * n_out + j];
    }
}

/* Multiply the weights among n parameters by their factors in this update, where there are some. */
static void NAME(mask_weights)(
    const training *t, const NAME(scratch) *s, REAL *parameters, int64_t update) {
    for (int l = 0; l < s->net.n_layers; l++) {
        const ptrdiff_t n = (ptrdiff_t)s->net.sizes[l] * s->net.sizes[l + 1];
        if (!t->weight_masks[l]) continue;
        const REAL *mask = (const REAL *)t->weight_masks[l] + update * n;
        EACH(i, n) parameters[s->weights[l] + i] *= mask[i];
    }
}

/* Form the error's gradient on n items: their mean, each with its weight. */
static void NAME(differentiate)(
    const training *t, NAME(scratch) *s, const REAL *parameters, const int64_t *rows,
    int64_t first, int64_t n) {
    const REAL *inputs = t->items.inputs, *targets = t->items.targets, *weights = t->items.weights;
    const int top = s->net.n_layers, n_in = s->net.sizes[0], n_out = s->net.sizes[top];
    REAL *gradient = (REAL *)t->workspace + t->gradient;
    REAL total = weights ? weights[rows[0]] : (REAL)n;
    for (int64_t i = 1; weights && i < n; i++) total += weights[rows[i]];
    NAME(transpose)(s, parameters);
    for (int64_t start = 0; start < n; start += ITEM_BLOCK) {
        const int count = block_of(n - start);
        const int64_t *items = rows + start;
        for (ptrdiff_t i = 0; i < count; i++)
            memcpy(s->outputs[0] + i * n_in, inputs + items[i] * n_in, n_in * sizeof(REAL));
        NAME(forward)(s, parameters, t->masks, first + start, count);
        NAME(finish)(s->net.output, s->outputs[top], count, s->width[top], n_out);
        for (ptrdiff_t i = 0; i < count; i++) {
            REAL *sums = s->outputs[top] + i * s->width[top];
            const REAL weight = weights ? weights[items[i]] : 1, share = weight / total;
            const REAL *target = targets + items[i] * n_out;
            NAME(signal)(s->net.output, sums, target, total > 0 ? share : 0, n_out);
        }
        NAME(back)(s, gradient, count, start > 0);
    }
}

/* ---- the program that changes the parameters ---- */

/* Do an operation that takes sums or largest numbers of rows or columns, or a matrix product. */
static void NAME(reduce)(const operation *o, REAL *out, const REAL *a, const REAL *b) {
    const int by_rows = o->code == SUM_ROWS || o->code == MAX_ROWS, sums = o->code <= SUM_COLUMNS;
    const ptrdiff_t n_terms = by_rows ? o->rows : o->columns, n = by_rows ? o->columns : o->rows;
    const ptrdiff_t one = by_rows ? 1 : o->columns, term = by_rows ? o->columns : 1;
    for (ptrdiff_t i = 0; i < n && o->code != MATMUL; i++) {
        REAL result = a[i * one];
        for (ptrdiff_t k = 1; k < n_terms; k++) {
            const REAL x = a[i * one + k * term];
            result = sums ? result + x : result == result && (x > result || x != x) ? x : result;
        }
        out[i] = result;
    }
    for (ptrdiff_t i = 0; i < o->rows && o->code == MATMUL; i++)
        for (ptrdiff_t j = 0; j < o->columns; j++) {
            REAL sum = a[i * o->inner] * b[j];
            for (ptrdiff_t k = 1; k < o->inner; k++)
                sum += a[i * o->inner + k] * b[k * o->columns + j];
            out[i * o->columns + j] = sum;
        }
}

/* Run a program; return 0 where `ask` ends the training. */
static int NAME(run)(const training *t, const operation *o, int64_t n_operations) {
    REAL *workspace = t->workspace;
    for (const operation *end = o + n_operations; o < end; o++) {
        const ptrdiff_t n = (ptrdiff_t)o->rows * o->columns;
        REAL *out = workspace + o->out;
        const REAL *a = workspace + o->a, *b = workspace + o->b, *c = workspace + o->c, one = *a;
        switch ((enum code)o->code) {
        case NEGATIVE: EACH(i, n) out[i] = -a[i]; break;
        case ABSOLUTE: EACH(i, n) out[i] = a[i] < 0 ? -a[i] : a[i] + 0; break;
        case SIGN: EACH(i, n) out[i] = a[i] > 0 ? 1 : a[i] < 0 ? -1 : a[i]; break;
        case SQRT: EACH(i, n) out[i] = PICK(__builtin_sqrt, __builtin_sqrtf)(a[i]); break;
        case ADD: EACH(i, n) out[i] = a[i] + b[i]; break;
        case SUBTRACT: EACH(i, n) out[i] = a[i] - b[i]; break;
        case MULTIPLY:
            if (o->inner) EACH(i, n) out[i] = one * b[i];
            else EACH(i, n) out[i] = a[i] * b[i];
            break;
        case DIVIDE: EACH(i, n) out[i] = a[i] / b[i]; break;
        case MAXIMUM: EACH(i, n) out[i] = a[i] > b[i] || a[i] != a[i] ? a[i] : b[i]; break;
        case MINIMUM: EACH(i, n) out[i] = a[i] < b[i] || a[i] != a[i] ? a[i] : b[i]; break;
        case LESS: EACH(i, n) out[i] = a[i] < b[i]; break;
        case LESS_EQUAL: EACH(i, n) out[i] = a[i] <= b[i]; break;
        case EQUAL: EACH(i, n) out[i] = a[i] == b[i]; break;
        case NOT_EQUAL: EACH(i, n) out[i] = a[i] != b[i]; break;
        case WHERE: EACH(i, n) out[i] = a[i] != 0 ? b[i] : c[i]; break;
        case MULTIPLY_ADD:
            if (o->inner) EACH(i, n) out[i] = c[i] + one * b[i];
            else EACH(i, n) out[i] = c[i] + a[i] * b[i];
            break;
        case MULTIPLY_SUBTRACT:
            if (o->inner) EACH(i, n) out[i] = c[i] - one * b[i];
            else EACH(i, n) out[i] = c[i] - a[i] * b[i];
            break;
        case TAKE: /* b and c are strides: this copies, broadcasts, transposes */
            if (o->c == 1 && (o->b == o->columns || o->rows == 1)) memcpy(out, a, n * sizeof(REAL));
            else for (ptrdiff_t i = 0; i < o->rows; i++)
                for (ptrdiff_t j = 0; j < o->columns; j++) *out++ = a[i * o->b + j * o->c];
            break;
        case SUM_ROWS: case SUM_COLUMNS: case MAX_ROWS: case MAX_COLUMNS: case MATMUL:
            NAME(reduce)(o, out, a, b);
            break;
        case ASK:
            *t->answered = 0;
            t->ask(o->b);
            if (!*t->answered) return 0;
        }
    }
    return 1;
}

/* ---- what Python calls ---- */

/* How many numbers of memory training and passing take. */
EXPORT int64_t NAME(nnl2_scratch)(const network *net) {
    NAME(scratch) s;
    return NAME(lay_out)(&s, net, NULL);
}

/* Pass a block of a table forward; return the sums of the output layer. */
static REAL *NAME(sums)(
    NAME(scratch) *s, const REAL *parameters, const table *t, int64_t first, int n) {
    s->outputs[0] = (REAL *)t->inputs + first * s->net.sizes[0]; /* only read */
    NAME(forward)(s, parameters, NULL, 0, n);
    return s->outputs[s->net.n_layers];
}

EXPORT void NAME(nnl2_outputs)(
    const network *net, REAL *memory, const REAL *parameters, const table *t, REAL *outputs) {
    NAME(scratch) s;
    NAME(lay_out)(&s, net, memory);
    const int n_out = net->sizes[net->n_layers], width = s.width[net->n_layers];
    for (int64_t first = 0; first < t->n_items; first += ITEM_BLOCK) {
        const int n = block_of(t->n_items - first);
        REAL *sums = NAME(sums)(&s, parameters, t, first, n);
        NAME(finish)(net->output, sums, n, width, n_out);
        for (int i = 0; i < n; i++, outputs += n_out, sums += width)
            memcpy(outputs, sums, n_out * sizeof(REAL));
    }
}

/* Add the items' weighted errors and their weights to two totals for each of n_vectors networks. */
EXPORT void NAME(nnl2_errors)(
    const network *net, REAL *memory, const REAL *parameters, int64_t n_vectors, const table *t,
    double *totals) {
    NAME(scratch) s;
    NAME(lay_out)(&s, net, memory);
    const int top = net->n_layers, n_out = net->sizes[top], width = s.width[top];
    const REAL *targets = t->targets, *weights = t->weights;
    REAL errors[ITEM_BLOCK];
    for (; n_vectors > 0; n_vectors--, parameters += s.biases[top - 1] + n_out, totals += 2)
        for (int64_t first = 0; first < t->n_items; first += ITEM_BLOCK) {
            const int n = block_of(t->n_items - first);
            REAL *sums = NAME(sums)(&s, parameters, t, first, n);
            NAME(measure)(
                net->output, sums, s.slopes[top], targets + first * n_out, errors, n, width, n_out);
            for (int i = 0; i < n; i++) {
                const double weight = weights ? weights[first + i] : 1;
                totals[0] += weight * errors[i];
                totals[1] += weight;
            }
        }
}

/* Put an epoch's constants where the programs read them. */
static void NAME(spread)(const training *t, const REAL *numbers) {
    const int64_t *to = t->spreads;
    for (int64_t k = 0; k < t->n_numbers; k++, to += 2)
        EACH(i, to[1]) ((REAL *)t->workspace + to[0])[i] = numbers[k];
}

/* Train for whole epochs, or for some batches of one; return 0 where `ask` ended the training. */
EXPORT int32_t NAME(nnl2_train)(const training *t, REAL *memory) {
    NAME(scratch) s;
    NAME(lay_out)(&s, &t->network, memory);
    const int top = t->network.n_layers;
    const ptrdiff_t n_parameters = s.biases[top - 1] + t->network.sizes[top];
    int64_t update = 0;
    for (int64_t epoch = 0; epoch < t->n_epochs; epoch++) {
        NAME(spread)(t, (const REAL *)t->numbers + epoch * t->n_numbers);
        for (int64_t start = 0; start < t->n_items; start += t->batch_size) {
            const int64_t first = epoch * t->n_items + start, left = t->n_items - start;
            const int last = left < t->batch_size;
            REAL *parameters = t->workspace;
            if (t->weight_masks) {
                parameters = memcpy(s.masked, parameters, n_parameters * sizeof(REAL));
                NAME(mask_weights)(t, &s, parameters, update);
            }
            NAME(differentiate)(
                t, &s, parameters, t->rows + first, first, last ? left : t->batch_size);
            if (t->weight_masks)
                NAME(mask_weights)(t, &s, (REAL *)t->workspace + t->gradient, update);
            update++;
            if (!NAME(run)(t, t->programs[last], t->n_operations[last])) return 0;
        }
        REAL *kept = (REAL *)t->kept + epoch * t->n_kept;
        memcpy(kept, t->workspace, t->n_kept * sizeof(REAL));
    }
    return 1;
}
