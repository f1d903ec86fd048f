/* Can a hidden count be worked out? Rows and columns are nodes, hidden cells are edges between them. Changing one cell by one and keeping
 * all totals means going round a circle of hidden cells, up by one and down by one in turns; going down needs a count of at least
 * one. A cell without such a circle is known to whoever can subtract. */
#include "auth/suppress.h"

typedef struct sheet {
    const ans_table *t;
    bool *hidden;
    uint32_t *queue;
    bool *seen; /* nodes: rows, then columns */
} sheet;

static uint32_t row_node(const sheet *s, uint32_t row)
{
    return s->t->row_totals ? row : 0;
}

static uint32_t column_node(const sheet *s, uint32_t column)
{
    return s->t->rows + (s->t->column_totals ? column : 0);
}

/* From node `from` to node `to` without cell `skip`. A step from a row raises a cell, a step from a column lowers one. */
static bool is_connected(sheet *s, uint32_t from, uint32_t to, uint32_t skip)
{
    const ans_table *t = s->t;
    uint32_t head = 0, tail = 0;
    memset(s->seen, 0, (t->rows + t->columns) * sizeof *s->seen);
    s->seen[from] = true;
    s->queue[tail++] = from;
    while (head < tail) {
        uint32_t at = s->queue[head++];
        for (uint32_t i = 0; i < t->rows * t->columns; i++) {
            uint32_t r = row_node(s, i / t->columns), c = column_node(s, i % t->columns);
            bool up = at == r, down = at == c && t->counts[i] > 0;
            if (i == skip || !s->hidden[i] || (!up && !down)) {
                continue;
            }
            uint32_t next = up ? c : r;
            if (next == to) {
                return true;
            }
            if (!s->seen[next]) {
                s->seen[next] = true;
                s->queue[tail++] = next;
            }
        }
    }
    return false;
}

static bool can_vary(sheet *s, uint32_t i)
{
    uint32_t r = row_node(s, i / s->t->columns), c = column_node(s, i % s->t->columns);
    return is_connected(s, c, r, i) || (s->t->counts[i] > 0 && is_connected(s, r, c, i));
}

static bool is_small(uint64_t n)
{
    return n >= 1 && n <= ANS_SMALL_MOST;
}

/* Would hiding k be enough for cell i? */
static bool closes_circle(sheet *s, uint32_t k, uint32_t i)
{
    s->hidden[k] = true;
    bool enough = can_vary(s, i);
    s->hidden[k] = false;
    return enough;
}

/* The next one to hide for the sake of cell i: the smallest that is enough by itself, else the smallest beside it; a 0 only where nothing
 * else is left. */
static uint32_t partner(sheet *s, uint32_t i)
{
    uint32_t cells = s->t->rows * s->t->columns, best = UINT32_MAX;
    uint64_t best_cost = UINT64_MAX;
    for (uint32_t k = 0; k < cells; k++) {
        bool beside = row_node(s, k / s->t->columns) == row_node(s, i / s->t->columns) ||
                      column_node(s, k % s->t->columns) == column_node(s, i % s->t->columns);
        uint64_t n = s->t->counts[k] ? s->t->counts[k] : UINT32_MAX;
        if (s->hidden[k]) {
            continue;
        }
        uint64_t cost = n + (closes_circle(s, k, i) ? 0 : beside ? UINT64_C(1) << 33 : UINT64_C(1) << 34);
        if (cost < best_cost) {
            best = k;
            best_cost = cost;
        }
    }
    return best;
}

ans_err ans_suppress(ans_cx *cx, const ans_table *table, bool *hidden, bool *out_whole)
{
    uint32_t cells = table->rows * table->columns;
    sheet s = {.t = table,
               .hidden = hidden,
               .queue = ANS_NEW_N(cx->arena, uint32_t, table->rows + table->columns + 1),
               .seen = ANS_NEW_N(cx->arena, bool, table->rows + table->columns + 1)};
    *out_whole = false;
    if (!s.queue || !s.seen) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; i < cells; i++) {
        hidden[i] = is_small(table->counts[i]);
    }
    for (uint32_t i = 0; i < cells; i++) {
        while (is_small(table->counts[i]) && !can_vary(&s, i)) {
            uint32_t other = partner(&s, i);
            if (other == UINT32_MAX) {
                *out_whole = true;
                return ANS_OK;
            }
            hidden[other] = true; /* never makes another one known: circles only grow */
        }
    }
    return ANS_OK;
}
