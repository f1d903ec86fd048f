/* Can a hidden count be worked out? Put the totals beside the table with their signs turned: then every line adds up to nothing, totals are
 * cells like others, and rows and columns are nodes with cells as edges between them. Changing one cell by one while all lines still
 * add up means going round a circle of hidden cells, up by one and down by one in turns; no count goes below nothing. A cell without
 * such a circle is known to whoever can subtract. So for each small count the cheapest circle is sought (Dijkstra), and hidden. */
#include "auth/suppress.h"

#define FAR UINT64_MAX

typedef struct sheet {
    uint32_t rows, columns; /* with totals: one more than the table's */
    uint64_t *counts;
    bool *hidden;
    /* of one search */
    uint64_t *cost;  /* to a node; rows, then columns */
    uint32_t *from;  /* the cell it was reached by */
    bool *settled;
} sheet;

static bool is_small(uint64_t n)
{
    return n >= 1 && n <= ANS_SMALL_MOST;
}

/* A total of one line stands in the sheet with its sign turned; the total of all stands as it is. */
static bool is_turned(const sheet *s, uint32_t cell)
{
    return (cell / s->columns == s->rows - 1) != (cell % s->columns == s->columns - 1);
}

static bool may_rise(const sheet *s, uint32_t cell)
{
    return !is_turned(s, cell) || s->counts[cell] > 0;
}

static bool may_fall(const sheet *s, uint32_t cell)
{
    return is_turned(s, cell) || s->counts[cell] > 0;
}

/* What hiding it costs the reader: little for a small count, more for totals, most for the total of all. Nothing when it is hidden. A 0 is
 * worth more than any count: that nobody is there is often all one wants to know. */
static uint64_t price(const sheet *s, uint32_t cell)
{
    bool row_total = cell % s->columns == s->columns - 1, column_total = cell / s->columns == s->rows - 1;
    uint64_t n = s->counts[cell] == 0 || s->counts[cell] > UINT32_MAX ? UINT32_MAX : s->counts[cell];
    return s->hidden[cell] ? 0 : n + (row_total && column_total ? UINT64_C(1) << 45 : row_total || column_total ? UINT64_C(1) << 35 : 0);
}

/* Past a settled node: a row raises a cell of its own and goes on to the cell's column, a column lowers one and goes on to its row. */
static void spread(sheet *s, uint32_t node, uint32_t skip)
{
    bool is_row = node < s->rows;
    uint32_t count = is_row ? s->columns : s->rows;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t cell = is_row ? node * s->columns + i : i * s->columns + (node - s->rows);
        uint32_t next = is_row ? s->rows + i : i;
        if (cell == skip || s->settled[next] || !(is_row ? may_rise(s, cell) : may_fall(s, cell))) {
            continue;
        }
        uint64_t cost = s->cost[node] + price(s, cell);
        if (cost < s->cost[next]) {
            s->cost[next] = cost;
            s->from[next] = cell;
        }
    }
}

/* The cheapest way between two nodes without cell `skip`; FAR: none. */
static uint64_t seek(sheet *s, uint32_t from, uint32_t to, uint32_t skip)
{
    uint32_t nodes = s->rows + s->columns;
    for (uint32_t i = 0; i < nodes; i++) {
        s->cost[i] = FAR;
        s->settled[i] = false;
    }
    s->cost[from] = 0;
    for (;;) {
        uint32_t best = nodes;
        for (uint32_t i = 0; i < nodes; i++) {
            best = !s->settled[i] && s->cost[i] != FAR && (best == nodes || s->cost[i] < s->cost[best]) ? i : best;
        }
        if (best == nodes || best == to) {
            return best == nodes ? FAR : s->cost[to];
        }
        s->settled[best] = true;
        spread(s, best, skip);
    }
}

static void hide_way(sheet *s, uint32_t from, uint32_t to)
{
    while (to != from) {
        uint32_t cell = s->from[to];
        s->hidden[cell] = true;
        to = to < s->rows ? s->rows + cell % s->columns : cell / s->columns;
    }
}

/* Up through its column and back to its row, or down the other way round. Both are there when everything may be hidden: each count, its
 * totals and the total of all may always rise together. */
static void protect(sheet *s, uint32_t cell)
{
    uint32_t row = cell / s->columns, column = s->rows + cell % s->columns;
    uint64_t up = may_rise(s, cell) ? seek(s, column, row, cell) : FAR;
    uint64_t down = may_fall(s, cell) ? seek(s, row, column, cell) : FAR;
    if (down <= up && down != FAR) {
        hide_way(s, row, column);
    } else if (up != FAR) {
        (void)seek(s, column, row, cell); /* the other search has taken its place */
        hide_way(s, column, row);
    }
}

static void add_totals(sheet *s, const ans_table *t)
{
    for (uint32_t r = 0; r < t->rows; r++) {
        for (uint32_t c = 0; c < t->columns; c++) {
            uint64_t n = t->counts[r * t->columns + c];
            s->counts[r * s->columns + c] = n;
            s->counts[r * s->columns + t->columns] += n;
            s->counts[t->rows * s->columns + c] += n;
            s->counts[t->rows * s->columns + t->columns] += n;
        }
    }
}

ans_err ans_suppress(ans_cx *cx, const ans_table *t, ans_hidden *out)
{
    if (t->rows < 1 || t->columns < 1 || t->rows > ANS_TABLE_MOST || t->columns > ANS_TABLE_MOST) {
        return ans_issue_add(cx, ANS_E_VALUE, ANS_STR_NONE, "a table of 1 to %d rows and columns is wanted", ANS_TABLE_MOST);
    }
    uint32_t rows = t->rows + 1, columns = t->columns + 1, cells = rows * columns;
    sheet s = {.rows = rows,
               .columns = columns,
               .counts = ANS_NEW_N(cx->arena, uint64_t, cells),
               .hidden = ANS_NEW_N(cx->arena, bool, cells),
               .cost = ANS_NEW_N(cx->arena, uint64_t, rows + columns),
               .from = ANS_NEW_N(cx->arena, uint32_t, rows + columns),
               .settled = ANS_NEW_N(cx->arena, bool, rows + columns)};
    ans_hidden h = {.cells = ANS_NEW_N(cx->arena, bool, t->rows * t->columns),
                    .rows = ANS_NEW_N(cx->arena, bool, t->rows),
                    .columns = ANS_NEW_N(cx->arena, bool, t->columns)};
    if (!s.counts || !s.hidden || !s.cost || !s.from || !s.settled || !h.cells || !h.rows || !h.columns) {
        return ans_cx_nomem(cx);
    }
    add_totals(&s, t);
    for (uint32_t i = 0; i < cells; i++) {
        s.hidden[i] = is_small(s.counts[i]);
    }
    for (uint32_t i = 0; i < cells; i++) { /* what one hides never makes another one known: circles only grow */
        if (is_small(s.counts[i])) {
            protect(&s, i);
        }
    }
    for (uint32_t i = 0; i < cells; i++) {
        uint32_t r = i / columns, c = i % columns;
        *(r < t->rows ? c < t->columns ? &h.cells[r * t->columns + c] : &h.rows[r] : c < t->columns ? &h.columns[c] : &h.all) = s.hidden[i];
    }
    *out = h;
    return ANS_OK;
}
