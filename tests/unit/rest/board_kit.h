/* A ward of one room and one bed, and what its board says, for tests of the board. The clock stands at NOW_US unless it is set. */
#ifndef TEST_BOARD_KIT_H
#define TEST_BOARD_KIT_H

#include "unit/rest/fixture.h"

#define NOW_US INT64_C(1795318200000000) /* 2026-11-22T03:30:00Z */

static int64_t clock_us = NOW_US;

static int64_t set_clock(void)
{
    return clock_us;
}

static void put(fixture *f, const char *type, const char *id, const char *rest)
{
    ans_str body = ans_arena_fmt(f->cx.arena, "{\"resourceType\":\"%s\",\"id\":\"%s\",%s}", type, id, rest);
    const char *status = call(f, ans_arena_fmt(f->cx.arena, "PUT %s/%s", type, id).p, body.p, NULL);
    assert_string_equal(status, "201 Created");
}

static void place(fixture *f, const char *id, const char *above)
{
    put(f, "Location", id,
        above ? ans_arena_fmt(f->cx.arena, "\"name\":\"%s\",\"partOf\":{\"reference\":\"Location/%s\"}", id, above).p
              : ans_arena_fmt(f->cx.arena, "\"name\":\"%s\"", id).p);
}

/* since: of the stay; bed: also its id */
static void live(fixture *f, const char *id, const char *bed, const char *since, const char *status)
{
    ans_arena *a = f->cx.arena;
    put(f, "Patient", id, ans_arena_fmt(a, "\"name\":[{\"text\":\"%s\"}]", id).p);
    put(f, "Encounter", ans_arena_fmt(a, "stay-%s", id).p,
        ans_arena_fmt(a,
                      "\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"},\"period\":{\"start\":\"%s\"},"
                      "\"location\":[{\"location\":{\"reference\":\"Location/other\"},\"status\":\"completed\"},"
                      "{\"location\":{\"reference\":\"Location/%s\"},\"status\":\"active\"}]",
                      status, id, since, bed)
            .p);
}

static void open_ward(fixture *f)
{
    ans_clock_set(set_clock);
    clock_us = NOW_US;
    fixture_open(f);
    place(f, "ward", NULL);
    place(f, "room", "ward");
    place(f, "bed", "room");
    place(f, "other", NULL);
}

/* What is open for the resident whose name is `id`, as in "M07:30x2 V16:00 turning@12:00"; "-": nothing, "?": nobody of that name is there. */
static const char *dues(fixture *f, const char *id)
{
    ans_arena *a = f->cx.arena;
    const char *base = "entry.0.resource.parameter";
    for (int i = 0;; i++) {
        const char *name = look(f, ans_arena_fmt(a, "%s.%d.name", base, i).p);
        if (strcmp(name, "-") == 0) {
            return "?";
        }
        if (strcmp(look(f, ans_arena_fmt(a, "%s.%d.part.0.valueReference.display", base, i).p), id) != 0) {
            continue;
        }
        ans_str out = ANS_STR("");
        for (int k = 0;; k++) {
            ans_str part = ans_arena_fmt(a, "%s.%d.part.%d", base, i, k);
            const char *what = look(f, ans_arena_fmt(a, "%s.name", part.p).p);
            if (strcmp(what, "-") == 0) {
                return out.n ? out.p : "-";
            }
            if (strcmp(what, "due") != 0) {
                continue;
            }
            const char *at = look(f, ans_arena_fmt(a, "%s.part.1.valueInstant", part.p).p);
            const char *count = look(f, ans_arena_fmt(a, "%s.part.2.valueInteger", part.p).p);
            int hour = (atoi(at + 11) + 7) % 24;
            const char *kind = look(f, ans_arena_fmt(a, "%s.part.3.valueCode", part.p).p);
            const char *named = look(f, ans_arena_fmt(a, "%s.part.0.valueCode", part.p).p);
            out = ans_arena_fmt(a, "%s%s%s%02d:%.2s%s%s", out.p, out.n ? " " : "",
                                named[0] == 'v' ? "V" : named[0] == 'm' ? "M" : ans_arena_fmt(a, "%s@", kind).p, hour, at + 14,
                                strcmp(count, "1") == 0 ? "" : "x", strcmp(count, "1") == 0 ? "" : count);
        }
    }
}

static void ask(fixture *f, const char *url)
{
    assert_string_equal(call(f, ans_arena_fmt(f->cx.arena, "GET %s", url).p, NULL, NULL), "200 OK");
}

#endif
