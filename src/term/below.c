/* Who stands below whom in a code system. Most systems are forests, where a walk upwards is a chain; where a concept has several
 * parents, what was passed is marked, so that neither many ways nor a circle make the walk long. */
#include "term/term_int.h"

typedef struct todo {
    uint64_t *seen;
    uint32_t *at;
    uint32_t count;
} todo;

static ans_err todo_make(ans_cx *cx, const ans_term_system *s, todo *out)
{
    out->seen = ANS_NEW_N(cx->arena, uint64_t, s->count / 64 + 1);
    out->at = ans_arena_alloc(cx->arena, sizeof *out->at * ((size_t)s->count + 1));
    out->count = 0;
    return out->seen && out->at ? ANS_OK : ans_cx_nomem(cx);
}

static void todo_add(todo *t, uint32_t place)
{
    if (place != ANS_TERM_NONE && !bit_get(t->seen, place)) {
        bit_set(t->seen, place);
        t->at[t->count++] = place;
    }
}

static void add_parents(todo *t, const ans_term_system *s, uint32_t place)
{
    todo_add(t, s->at[place].parent);
    for (uint32_t i = s->more_first[place]; i < s->more_first[place + 1]; i++) {
        todo_add(t, s->more[i]);
    }
}

/* Without memory, as most concepts have few above them. False: there are more than fit, nothing is known. */
static bool few_above(const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out)
{
    enum { FEW = 32 };
    uint32_t above[FEW] = {lower}, count = 1;
    for (uint32_t next = 0; next < count; next++) {
        uint32_t at = above[next], end = s->more_first[at + 1];
        if (at == upper) {
            *out = true;
            return true;
        }
        for (uint32_t more = s->more_first[at]; more <= end; more++) {
            uint32_t up = more < end ? s->more[more] : s->at[at].parent, i = 0;
            if (up == ANS_TERM_NONE) {
                continue;
            }
            while (i < count && above[i] != up) {
                i++;
            }
            if (i == FEW) {
                return false;
            }
            above[i] = up;
            count += i == count;
        }
    }
    *out = false;
    return true;
}

static ans_err many_above(ans_cx *cx, const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out)
{
    todo t;
    ans_err err = todo_make(cx, s, &t);
    if (err != ANS_OK) {
        return err;
    }
    todo_add(&t, lower);
    while (t.count && !bit_get(t.seen, upper)) {
        add_parents(&t, s, t.at[--t.count]);
    }
    *out = bit_get(t.seen, upper);
    return ANS_OK;
}

ans_err system_is_below(ans_cx *cx, const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out)
{
    if (!s->is_forest) {
        return few_above(s, lower, upper, out) ? ANS_OK : many_above(cx, s, lower, upper, out);
    }
    while (lower != ANS_TERM_NONE && lower != upper) {
        lower = s->at[lower].parent;
    }
    *out = lower != ANS_TERM_NONE;
    return ANS_OK;
}

ans_err system_add_below(ans_cx *cx, const ans_term_system *s, uint32_t top, uint64_t *bits)
{
    todo t;
    ans_err err = todo_make(cx, s, &t);
    if (err != ANS_OK) {
        return err;
    }
    todo_add(&t, top);
    while (t.count) {
        uint32_t at = t.at[--t.count];
        bit_set(bits, at);
        for (uint32_t i = s->child_first[at]; i < s->child_first[at + 1]; i++) {
            todo_add(&t, s->child[i]);
        }
    }
    return ANS_OK;
}

ans_err ans_term_is_below(ans_cx *cx, const ans_term_system *s, uint32_t lower, uint32_t upper, bool *out)
{
    return system_is_below(cx, s, lower, upper, out);
}

ans_err ans_term_parents(ans_cx *cx, const ans_term_system *s, uint32_t place, uint32_t *out_count, const uint32_t **out)
{
    uint32_t more = s->is_forest ? 0 : s->more_first[place + 1] - s->more_first[place];
    uint32_t *at = ANS_NEW_N(cx->arena, uint32_t, more + 1), count = 0;
    if (!at) {
        return ans_cx_nomem(cx);
    }
    if (s->at[place].parent != ANS_TERM_NONE) {
        at[count++] = s->at[place].parent;
    }
    for (uint32_t i = 0; i < more; i++) {
        at[count++] = s->more[s->more_first[place] + i];
    }
    *out_count = count;
    *out = at;
    return ANS_OK;
}

uint32_t ans_term_children(const ans_term_system *s, uint32_t place, const uint32_t **out)
{
    *out = s->child + s->child_first[place];
    return s->child_first[place + 1] - s->child_first[place];
}
