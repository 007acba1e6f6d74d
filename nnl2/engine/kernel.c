/* The update of `plain.py`, compiled: the same operations in the same order, so the same bits.

   `update.h` holds all of it and is read twice, for double and for float. Here stands what both
   share: the types that `kernel.py` mirrors field by field, and the two readings.

   Nothing is checked here: `kernel.py` has checked every size, row and program before it calls.
   No product may be contracted with a sum, which changes bits (-ffp-contract=off). */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#ifdef __clang__
#define EACH(i, n) _Pragma("clang loop vectorize(assume_safety)") for (ptrdiff_t i = 0; i < n; i++)
#else
#define EACH(i, n) _Pragma("GCC ivdep") for (ptrdiff_t i = 0; i < n; i++)
#endif

#ifdef __AVX2__
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

/* Items of a batch that go forward and back together. Sums run on from one block to the next. */
enum { ITEM_BLOCK = 64, MOST_LAYERS = 64 };

static inline int block_of(int64_t n_left) {
    return n_left < ITEM_BLOCK ? (int)n_left : ITEM_BLOCK;
}

enum hidden { TANH, SIGMOID, RELU };
enum output {
    SOFTMAX_CROSS_ENTROPY, SIGMOID_CROSS_ENTROPY, SOFTMAX_SQUARED_ERROR, ARTICLE_SQUARED_ERROR,
    SQUARED_ERROR
};
enum code {
    NEGATIVE, ABSOLUTE, SIGN, SQRT, ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, MINIMUM, LESS,
    LESS_EQUAL, EQUAL, NOT_EQUAL, WHERE, MULTIPLY_ADD, MULTIPLY_SUBTRACT, TAKE, SUM_ROWS,
    SUM_COLUMNS, MAX_ROWS, MAX_COLUMNS, MATMUL, ASK
};

/* One operation of a program. `out`, `a`, `b` and `c` are positions in the workspace, but for TAKE,
   where b and c are strides, and ASK, where b is the number of the question. `inner` is the length
   of the sums of MATMUL; where it is 1 in a product of numbers, `a` is one number for all. */
typedef struct {
    int32_t code, rows, columns, inner;
    int64_t out, a, b, c;
} operation;

typedef struct {
    int32_t n_layers, hidden, output, reserved;
    const int32_t *sizes; /* n_layers + 1 */
} network;

/* Items with their targets; `weights` may be missing. */
typedef struct {
    int64_t n_items;
    const void *inputs, *targets, *weights;
} table;

typedef struct {
    network network;
    table items;
    const int64_t *rows;      /* items in visiting order, epoch after epoch */
    const void *const *masks; /* hidden layers' factors in visiting order; any may be missing */
    const void *const *weight_masks; /* each layer's weights', a set for each update; likewise */
    int64_t n_epochs, n_items, batch_size;
    void *workspace;              /* parameters, memory, gradient, constants, registers */
    int64_t gradient;             /* where the gradient begins in it */
    const operation *programs[2]; /* after a whole batch; after a smaller last one */
    int64_t n_operations[2];
    const void *numbers;    /* n_numbers of every epoch: constants of the programs */
    const int64_t *spreads; /* where in the workspace each begins, and how many times it stands there */
    int64_t n_numbers;
    void *kept; /* after each epoch the first n_kept numbers of the workspace */
    int64_t n_kept;
    void (*ask)(int64_t question);
    volatile int32_t *answered; /* where it leaves this at 0, training ends */
} training;

#define REAL double
#define BITS uint64_t
#define PICK(f64, f32) (f64)
#define NAME(name) name##_f64
#include "update.h"
#undef REAL
#undef BITS
#undef PICK
#undef NAME

#define REAL float
#define BITS uint32_t
#define PICK(f64, f32) (f32)
#define NAME(name) name##_f32
#include "update.h"

EXPORT const char *nnl2_fingerprint(void) { return NNL2_FINGERPRINT; }

#if defined(__x86_64__)
#include <cpuid.h>

/* Whether processor and system know AVX2: its flag, and that wide registers are saved. */
EXPORT int32_t nnl2_has_avx2(void) {
    unsigned a, b, c, d, saved, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return 0;
    __asm__("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
    if ((saved & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    return b >> 5 & 1;
}
#endif
