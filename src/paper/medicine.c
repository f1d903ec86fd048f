/* The medicine sheet (what was given at which hour, by whom) and the daily disclosure (how much in a day, signed by who got it). Both from the
 * doses that have an answer; the disclosure is read by many and names neither a diagnosis nor what lies in a compartment. */
#include "paper/paper_int.h"

#include "base/sort.h"

enum { MOST_DAYS = 7, MOST_ROWS = 400, MOST_CELL = 2000 };

typedef struct line {
    ans_str name, unit;
    ans_str said[MOST_DAYS];      /* "07:31 Hà" one below the other */
    ans_decimal amount[MOST_DAYS];
    uint32_t times[MOST_DAYS], not_given[MOST_DAYS];
    bool has_amount, is_uneven;   /* uneven: one of its doses says no amount */
} line;

typedef struct lines {
    paper *p;
    line *at;
    uint32_t count, cap;
} lines;

static ans_err line_of(lines *l, ans_str name, ans_str unit, line **out)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (ans_str_eq(l->at[i].name, name) && ans_str_eq(l->at[i].unit, unit)) {
            *out = &l->at[i];
            return ANS_OK;
        }
    }
    line *at = ans_arena_grow(l->p->cx->arena, l->at, l->count, &l->cap, 16, sizeof *at);
    if (!at) {
        return ans_cx_nomem(l->p->cx);
    }
    if (l->count == MOST_ROWS) {
        return ans_issue_add(l->p->cx, ANS_E_COSTLY, ANS_STR_NONE, "more than %d medicines on one sheet: ask for fewer days", MOST_ROWS);
    }
    l->at = at;
    at[l->count] = (line){.name = name, .unit = unit};
    *out = &at[l->count++];
    return ANS_OK;
}

static void add_amount(paper *p, const ans_json *doc, line *to, int day)
{
    ans_decimal d;
    ans_jnode value = node_at(doc, 0, "dosage.dose.value");
    bool has = value != ANS_JNONE && ans_decimal_parse(ans_json_raw(doc, value), &d) && ans_decimal_add(to->amount[day], d, &to->amount[day]);
    (void)p;
    to->has_amount = to->has_amount || has;
    to->is_uneven = to->is_uneven || !has;
    to->times[day]++;
}

static ans_err take(lines *l, const found *f)
{
    paper *p = l->p;
    line *to = NULL;
    ans_str medicine, who = ANS_STR(""), status = text_at(p, f->doc, 0, "status"), unit = text_at(p, f->doc, 0, "dosage.dose.unit");
    int day = (int)(day_of(p, f->us) - p->first_day);
    bool is_given = ans_str_is(status, "completed") || ans_str_is(status, "in-progress");
    if (day < 0 || day >= MOST_DAYS) {
        return ANS_OK;
    }
    ans_err err = medicine_name(p, f->doc, &medicine);
    err = err == ANS_OK ? line_of(l, medicine, unit, &to) : err;
    err = err == ANS_OK ? ask_staff(p, reference_at(p, f->doc, 0, "performer.actor"), &who) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (is_given) {
        add_amount(p, f->doc, to, day);
    } else {
        to->not_given[day]++;
    }
    ans_str what = is_given ? quantity_text(p, f->doc, node_at(f->doc, 0, "dosage.dose")) : concept_text(p, f->doc, node_at(f->doc, 0, "statusReason"));
    what = what.n || is_given ? what : word(p, "medicine.not-given");
    ans_str said = join(p, join(p, clock_text(p, f->us), " ", what), ", ", who);
    if (to->said[day].n < MOST_CELL) {
        to->said[day] = join(p, to->said[day], "\n", said);
    }
    return ANS_OK;
}

static int by_name(const void *x, const void *y)
{
    const line *a = x, *b = y;
    int order = ans_str_cmp(a->name, b->name);
    return order ? order : ans_str_cmp(a->unit, b->unit);
}

static ans_err gather(paper *p, lines *out)
{
    list given = {0};
    *out = (lines){.p = p};
    ans_err err = ask_list(p, "MedicationAdministration", of_person(p, p->who.id, within(p, "effective-time").p), "effectiveDateTime", &given);
    for (uint32_t i = 0; err == ANS_OK && i < given.count; i++) {
        bool is_shown = given.at[i].us != INT64_MIN && !is_struck(p, given.at[i].doc) && !is_guarded(p, given.at[i].doc);
        err = is_shown ? take(out, &given.at[i]) : ANS_OK;
    }
    ans_sort(out->at, out->count, sizeof *out->at, by_name);
    return err;
}

/* ---- drawing ---- */

/* Whole numbers without their empty decimals: 2 and 1,5, not 2,00. */
static ans_str tidy(paper *p, ans_decimal d)
{
    ans_str text = ans_decimal_print(p->cx->arena, d);
    if (ans_str_find(text, '.') >= 0) {
        while (text.n && text.p[text.n - 1] == '0') {
            text.n--;
        }
        text.n -= text.n && text.p[text.n - 1] == '.';
    }
    return number_text(p, text);
}

static ans_str amount_of(paper *p, const line *l, int day)
{
    ans_str text = l->times[day] == 0   ? ANS_STR("")
                   : l->is_uneven       ? word_with(p, "medicine.times", "n", fmt(p, "%u", l->times[day]))
                                        : tidy(p, l->amount[day]);
    return l->not_given[day] ? join(p, text, "; ", word_with(p, "medicine.not", "n", fmt(p, "%u", l->not_given[day]))) : text;
}

static ans_str sum_of(paper *p, const line *l)
{
    ans_decimal sum = {0};
    bool fits = l->has_amount && !l->is_uneven;
    for (int day = 0; fits && day < MOST_DAYS; day++) {
        fits = ans_decimal_add(sum, l->amount[day], &sum);
    }
    return fits ? tidy(p, sum) : ANS_STR("");
}

static void draw_head_row(paper *p, ans_cell *head, double *widths, bool has_sum)
{
    uint32_t n = 0;
    widths[n] = 5;
    head[n++] = (ans_cell){.text = word(p, "medicine.number"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    widths[n] = 32;
    head[n++] = (ans_cell){.text = word(p, "medicine.name"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    widths[n] = 10;
    head[n++] = (ans_cell){.text = word(p, "medicine.unit"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    for (int day = 0; day < p->days; day++) {
        widths[n] = has_sum ? 13 : 20;
        head[n++] = (ans_cell){.text = day_short(p, p->first_day + day), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
    if (has_sum) {
        widths[n] = 11;
        head[n++] = (ans_cell){.text = word(p, "medicine.sum"), .face = ANS_FACE_BOLD, .align = ANS_CENTRE};
    }
}

static void draw_sign_row(paper *p, const char *key, uint32_t columns)
{
    ans_cell row[4 + MOST_DAYS] = {{.text = word(p, key), .face = ANS_FACE_BOLD, .span = 3}};
    row[3].text = ANS_STR("\n\n");
    (void)columns;
    ans_sheet_row(p->s, row);
}

static void draw_table(paper *p, const lines *l, bool has_sum)
{
    uint32_t columns = 3 + (uint32_t)p->days + (has_sum ? 1u : 0u);
    ans_cell head[4 + MOST_DAYS];
    double widths[4 + MOST_DAYS];
    draw_head_row(p, head, widths, has_sum);
    ans_table table = {.widths = widths, .columns = columns, .size = 9, .head = head, .head_rows = 1};
    ans_sheet_table(p->s, &table);
    for (uint32_t i = 0; i < l->count; i++) {
        const line *one = &l->at[i];
        ans_cell row[4 + MOST_DAYS] = {{.text = fmt(p, "%u", i + 1), .align = ANS_CENTRE}, {.text = one->name}, {.text = one->unit, .align = ANS_CENTRE}};
        for (int day = 0; day < p->days; day++) {
            row[3 + day] = has_sum ? (ans_cell){.text = amount_of(p, one, day), .align = ANS_CENTRE} : (ans_cell){.text = one->said[day]};
        }
        if (has_sum) {
            row[columns - 1] = (ans_cell){.text = sum_of(p, one), .align = ANS_CENTRE, .face = ANS_FACE_BOLD};
        }
        ans_sheet_row(p->s, row);
    }
    if (l->count == 0) {
        ans_cell row[4 + MOST_DAYS] = {{.text = word(p, "nothing"), .span = (uint8_t)columns}};
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
    if (has_sum) { /* each day is signed in its own column */
        table.head_rows = 0;
        table.least = 34;
        ans_sheet_gap(p->s, -4);
        ans_sheet_table(p->s, &table);
        draw_sign_row(p, "medicine.sign-nurse", columns);
        draw_sign_row(p, "medicine.sign-person", columns);
        ans_sheet_table_end(p->s);
    }
}

static ans_err sheet_of(paper *p, bool has_problems, bool has_sum)
{
    lines l;
    ans_err err = draw_identity(p, has_problems);
    err = err == ANS_OK ? gather(p, &l) : err;
    if (err == ANS_OK) {
        draw_table(p, &l, has_sum);
    }
    return err;
}

ans_err paper_medicine(paper *p)
{
    return sheet_of(p, true, false);
}

ans_err paper_disclosure(paper *p)
{
    return sheet_of(p, false, true);
}
