/* The vital-signs chart: pulse and temperature drawn over the days, each day in a morning and an afternoon, and below them what was measured.
 * Two lines that are told apart without colour: pulse whole with dots, temperature broken with crosses. What lies off the scale is drawn at
 * its edge with its number. Seven days stand on a page. */
#include "paper/paper_int.h"

#include <math.h>

enum { WEEK = 7, HALVES = 2 * WEEK, STEPS = 6, MOST_CELL = 1000 };

#define CHART_HEIGHT 148.0
#define NAME_WIDTH 92.0
#define SMALL 8.0

typedef struct scale {
    double low, high;
} scale;

static const scale pulse_scale = {40, 160}, temperature_scale = {35, 41};

typedef struct week {
    paper *p;
    int64_t first; /* day */
    double column;
    const reading *at;
    uint32_t count;
} week;

static int half_of(const week *w, int64_t us)
{
    int64_t day = day_of(w->p, us) - w->first;
    bool is_late = us >= us_at(w->p, w->first + day, 12, 0);
    return day < 0 || day >= WEEK ? -1 : (int)(day * 2 + is_late);
}

static double x_of(const week *w, int64_t us)
{
    int64_t day = day_of(w->p, us) - w->first;
    double part = (double)(us - us_of_day(w->p, w->first + day)) / (double)US_PER_DAY;
    return ((double)day + part) * 2 * w->column;
}

static void draw_grid(const week *w, ans_pdf_page *page, double x, double y)
{
    paper *p = w->p;
    for (int i = 0; i <= STEPS; i++) {
        double at = y + CHART_HEIGHT * i / STEPS;
        double pulse = pulse_scale.high - (pulse_scale.high - pulse_scale.low) * i / STEPS;
        double temperature = temperature_scale.high - (temperature_scale.high - temperature_scale.low) * i / STEPS;
        ans_pdf_line(page, x + NAME_WIDTH, at, x + NAME_WIDTH + HALVES * w->column, at, i % STEPS ? 0.25 : 0.7, 0);
        ans_sheet_put(p->s, page, (ans_style){.size = SMALL, .align = ANS_RIGHT}, x + 40, at + 3, fmt(p, "%.0f", pulse));
        ans_sheet_put(p->s, page, (ans_style){.size = SMALL, .align = ANS_RIGHT}, x + NAME_WIDTH - 6, at + 3, fmt(p, "%.0f", temperature));
    }
    for (int i = 0; i <= HALVES; i++) {
        double at = x + NAME_WIDTH + i * w->column;
        ans_pdf_line(page, at, y, at, y + CHART_HEIGHT, i % 2 ? 0.25 : 0.7, 0);
    }
    ans_sheet_put(p->s, page, (ans_style){.size = SMALL, .face = ANS_FACE_BOLD, .align = ANS_RIGHT}, x + 42, y - 5, word(p, "vitals.pulse"));
    ans_sheet_put(p->s, page, (ans_style){.size = SMALL, .face = ANS_FACE_BOLD, .align = ANS_RIGHT}, x + NAME_WIDTH - 4, y - 5, word(p, "vitals.temperature"));
    ans_sheet_put(p->s, page, (ans_style){.size = 7.5, .face = ANS_FACE_ITALIC}, x + NAME_WIDTH, y - 5, word(p, "vitals.legend"));
}

static void draw_mark(ans_pdf_page *page, sign s, double x, double y)
{
    if (s == SIGN_PULSE) {
        ans_pdf_dot(page, x, y, 2.2);
        return;
    }
    ans_pdf_line(page, x - 2.6, y - 2.6, x + 2.6, y + 2.6, 0.9, 0);
    ans_pdf_line(page, x - 2.6, y + 2.6, x + 2.6, y - 2.6, 0.9, 0);
}

static void draw_series(const week *w, ans_pdf_page *page, double x, double y, sign s, scale k)
{
    double last_x = NAN, last_y = NAN;
    for (uint32_t i = 0; i < w->count; i++) {
        const reading *r = &w->at[i];
        if (r->sign != s || isnan(r->number) || half_of(w, r->us) < 0) {
            continue;
        }
        double part = (r->number - k.low) / (k.high - k.low), inside = fmin(1, fmax(0, part));
        double at_x = x + NAME_WIDTH + x_of(w, r->us), at_y = y + CHART_HEIGHT * (1 - inside);
        if (!isnan(last_x)) {
            ans_pdf_line(page, last_x, last_y, at_x, at_y, 0.9, s == SIGN_PULSE ? 0 : 2.5);
        }
        draw_mark(page, s, at_x, at_y);
        if (part < 0 || part > 1) {
            bool is_right = at_x > x + NAME_WIDTH + (HALVES - 1) * w->column;
            ans_sheet_put(w->p->s, page, (ans_style){.size = 7, .align = is_right ? ANS_RIGHT : ANS_LEFT}, at_x + (is_right ? -4 : 4), part > 1 ? at_y + 8 : at_y - 3, r->text);
        }
        last_x = at_x;
        last_y = at_y;
    }
}

/* All of a half day, one below the other, in the order of time. */
static ans_str cell_of(const week *w, sign s, int half)
{
    ans_str text = ANS_STR("");
    for (uint32_t i = 0; i < w->count && text.n < MOST_CELL; i++) {
        if (w->at[i].sign == s && half_of(w, w->at[i].us) == half) {
            text = join(w->p, text, "\n", w->at[i].text);
        }
    }
    return text;
}

static void draw_values(const week *w)
{
    paper *p = w->p;
    double widths[1 + HALVES];
    ans_cell head[2 * (1 + HALVES)] = {{.text = word(p, "vitals.sign"), .face = ANS_FACE_BOLD}, [1 + HALVES] = {.text = ANS_STR("")}};
    widths[0] = NAME_WIDTH;
    for (int i = 0; i < HALVES; i++) {
        widths[1 + i] = w->column;
        head[1 + i] = (ans_cell){.text = day_short(p, w->first + i / 2), .face = ANS_FACE_BOLD, .align = ANS_CENTRE, .span = i % 2 ? 0 : 2};
        head[2 + HALVES + i] = (ans_cell){.text = word(p, i % 2 ? "vitals.pm" : "vitals.am"), .align = ANS_CENTRE};
    }
    const ans_table table = {.widths = widths, .columns = 1 + HALVES, .size = SMALL, .head = head, .head_rows = 2};
    ans_sheet_table(p->s, &table);
    for (int s = 0; s < SIGNS; s++) {
        ans_cell row[1 + HALVES] = {{.text = word(p, sign_keys[s]), .face = ANS_FACE_BOLD}};
        for (int i = 0; i < HALVES; i++) {
            row[1 + i] = (ans_cell){.text = cell_of(w, (sign)s, i), .align = ANS_CENTRE};
        }
        ans_sheet_row(p->s, row);
    }
    ans_sheet_table_end(p->s);
}

static void draw_week(week *w)
{
    double x, y;
    w->column = (ans_sheet_width(w->p->s) - NAME_WIDTH) / HALVES;
    ans_pdf_page *page = ans_sheet_area(w->p->s, CHART_HEIGHT + 19, &x, &y);
    y += 14;
    if (page) {
        draw_grid(w, page, x, y);
        draw_series(w, page, x, y, SIGN_PULSE, pulse_scale);
        draw_series(w, page, x, y, SIGN_TEMPERATURE, temperature_scale);
    }
    draw_values(w);
}

ans_err paper_vitals(paper *p)
{
    reading *at;
    uint32_t count;
    ans_err err = draw_identity(p, true);
    err = err == ANS_OK ? ask_signs(p, p->who.id, p->from_us, p->until_us, &at, &count) : err;
    for (int64_t day = 0; err == ANS_OK && day < p->days; day += WEEK) {
        week w = {.p = p, .first = p->first_day + day, .at = at, .count = count};
        if (day > 0) {
            ans_sheet_break(p->s);
        }
        draw_week(&w);
    }
    return err;
}
