/* Screenings of demo residents: the answers given to a form of content/forms, with the score and the follow-up that the page stores with them
 * (web/src/forms/response.ts). The sums stand here as data; tests/content/forms.mjs has the engine work each of them out again.
 *
 * Most have been asked within the year, some never, so that the queue of a ward has both. */
#include "app/demo.h"

#define ANSWER "urn:ansinh:answer"
#define BAND "urn:ansinh:band"
#define SCORE "urn:ansinh:score"

enum { MOST_QUESTIONS = 5, MOST_ANSWERS = 4, MOST_BANDS = 3, ANSWERED_DAYS = 300, FOLLOWED_DAYS = 21, OLD_AGE = 60 };

typedef struct wording {
    const char *code, *display;
} wording;

typedef struct instrument {
    const char *code, *name, *label, *asked, *total; /* label, total: NULL where there is none */
    wording questions[MOST_QUESTIONS];
    wording answers[MOST_ANSWERS]; /* in the order of their points, from 0 */
    struct {
        int most; /* points */
        wording band;
    } bands[MOST_BANDS];
    int positive_from;
    const char *positive;
    bool is_of_old_age;
} instrument;

/* clang-format off */
static const instrument instruments[] = {
    {.code = "phq-2", .name = "PHQ-2", .label = "MH", .asked = "Trong 2 tuần qua, bạn có thường bị phiền bởi các vấn đề sau không?", .total = "Tổng điểm PHQ-2 (0–6)",
     .questions = {{"q1", "Ít hứng thú hoặc ít thấy vui khi làm mọi việc"}, {"q2", "Buồn bã, chán nản hoặc tuyệt vọng"}},
     .answers = {{"two-weeks-0", "Không ngày nào"}, {"two-weeks-1", "Vài ngày"}, {"two-weeks-2", "Hơn một nửa số ngày"}, {"two-weeks-3", "Gần như mỗi ngày"}},
     .bands = {{2, {"phq-2-negative", "âm tính"}}, {6, {"phq-2-positive", "dương tính"}}}, .positive_from = 3, .positive = "phq-2-3"},
    {.code = "tb-4", .name = "TB-4", .asked = "Hiện nay có triệu chứng nào sau đây không?",
     .questions = {{"cough", "Ho"}, {"fever", "Sốt"}, {"sweats", "Ra mồ hôi đêm"}, {"weight", "Sụt cân"}},
     .answers = {{"no", "Không"}, {"yes", "Có"}},
     .bands = {{0, {"tb-4-negative", "không có dấu hiệu nghi lao"}}, {4, {"tb-4-positive", "nghi lao"}}}, .positive_from = 1, .positive = "tb-4-any"},
    {.code = "frail", .name = "FRAIL", .asked = "Mỗi câu trả lời Có được 1 điểm", .total = "Tổng điểm FRAIL (0–5)",
     .questions = {{"fatigue", "Ông/bà thấy mệt hầu hết hoặc toàn bộ thời gian trong 4 tuần qua?"}, {"resistance", "Ông/bà khó leo 10 bậc thang một mình, không nghỉ?"},
                   {"ambulation", "Ông/bà khó đi bộ vài trăm mét?"},
                   {"illness", "Có từ 5 trong 11 bệnh: tăng huyết áp, đái tháo đường, ung thư (trừ ung thư da nhẹ), bệnh phổi mạn, nhồi máu cơ tim, suy tim, đau thắt ngực, hen, viêm khớp, đột quỵ, bệnh thận?"},
                   {"weight", "Sụt cân trên 5 % trong một năm?"}},
     .answers = {{"no", "Không"}, {"yes", "Có"}},
     .bands = {{0, {"frail-robust", "không suy yếu"}}, {2, {"frail-pre-frail", "tiền suy yếu"}}, {5, {"frail-frail", "suy yếu"}}}, .positive_from = 3, .positive = "frail-3",
     .is_of_old_age = true},
};
/* clang-format on */

typedef struct screening {
    const instrument *i;
    const resident *r;
    int points[MOST_QUESTIONS], total;
    ans_str when;
    bool is_followed; /* positive, and seen to since */
    uint32_t nurse;
} screening;

static void begin(demo *d, const screening *s, const char *type, const char *what)
{
    if (s->i->label) {
        demo_begin_labelled(d, type, s->i->label, "demo-%s-%s-%u", what, s->i->code, s->r->number);
    } else {
        demo_begin(d, type, "demo-%s-%s-%u", what, s->i->code, s->r->number);
    }
}

static wording band_of(const screening *s)
{
    int b = 0;
    while (b + 1 < MOST_BANDS && s->i->bands[b + 1].band.code && s->total > s->i->bands[b].most) {
        b++;
    }
    return s->i->bands[b].band;
}

static void answer_coding(demo *d, const char *system, wording a)
{
    demo_json(d, "answer", "[{\"valueCoding\":{\"system\":\"%s\",\"code\":\"%s\",\"display\":\"%s\"}}]", system, a.code, a.display);
}

static void begin_item(demo *d, const char *link, const char *text)
{
    ans_jw_begin(&d->w, '{');
    demo_text(d, "linkId", "%s", link);
    demo_text(d, "text", "%s", text);
}

static void items(demo *d, const screening *s)
{
    ans_jw *w = &d->w;
    ans_jw_key(w, ANS_STR("item"));
    ans_jw_begin(w, '[');
    begin_item(d, "items", s->i->asked);
    ans_jw_key(w, ANS_STR("item"));
    ans_jw_begin(w, '[');
    for (int q = 0; q < MOST_QUESTIONS && s->i->questions[q].code; q++) {
        begin_item(d, s->i->questions[q].code, s->i->questions[q].display);
        answer_coding(d, ANSWER, s->i->answers[s->points[q]]);
        ans_jw_end(w, '}');
    }
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    begin_item(d, "result", "Kết quả");
    ans_jw_key(w, ANS_STR("item"));
    ans_jw_begin(w, '[');
    if (s->i->total) {
        begin_item(d, "total", s->i->total);
        demo_json(d, "answer", "[{\"valueInteger\":%d}]", s->total);
        ans_jw_end(w, '}');
    }
    begin_item(d, "band", "Kết quả");
    answer_coding(d, BAND, band_of(s));
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
    ans_jw_end(w, '}');
    ans_jw_end(w, ']');
}

static void response(demo *d, const screening *s)
{
    begin(d, s, "QuestionnaireResponse", "answers");
    demo_text(d, "questionnaire", "urn:ansinh:form:%s|2026.1", s->i->code);
    demo_text(d, "status", "completed");
    demo_about(d, s->r);
    ans_jw_kv(&d->w, ANS_STR("authored"), s->when);
    demo_reference(d, "author", "Practitioner/demo-staff-%u", s->nurse);
    items(d, s);
    demo_end(d);
}

static void score(demo *d, const screening *s)
{
    wording band = band_of(s);
    begin(d, s, "Observation", "score");
    demo_text(d, "status", "final");
    demo_json(d, "category", "[{\"coding\":[{\"system\":\"" TERMINOLOGY "observation-category\",\"code\":\"survey\",\"display\":\"Survey\"}]}]");
    demo_concept(d, "code", SCORE, s->i->code, NULL, s->i->total);
    demo_about(d, s->r);
    ans_jw_kv(&d->w, ANS_STR("effectiveDateTime"), s->when);
    demo_json(d, "performer", "[{\"reference\":\"Practitioner/demo-staff-%u\"}]", s->nurse);
    demo_json(d, "valueQuantity", "{\"value\":%d,\"unit\":\"điểm\",\"system\":\"" UCUM "\",\"code\":\"{score}\"}", s->total);
    demo_json(d, "interpretation", "[{\"coding\":[{\"system\":\"" BAND "\",\"code\":\"%s\",\"display\":\"%s\"}],\"text\":\"%s\"}]", band.code, band.display, band.display);
    demo_json(d, "derivedFrom", "[{\"reference\":\"QuestionnaireResponse/demo-answers-%s-%u\"}]", s->i->code, s->r->number);
    demo_end(d);
}

static void follow_up(demo *d, const screening *s)
{
    begin(d, s, "Task", "follow");
    demo_text(d, "status", s->is_followed ? "completed" : "requested");
    demo_text(d, "intent", "order");
    demo_text(d, "priority", "routine");
    demo_json(d, "code", "{\"coding\":[{\"system\":\"urn:ansinh:task\",\"code\":\"screening-follow-up\"},{\"system\":\"" SCORE "\",\"code\":\"%s\"}],\"text\":\"%s\"}", s->i->code, s->i->name);
    demo_text(d, "description", "%s: cần theo dõi tiếp", s->i->name);
    demo_json(d, "reasonCode", "{\"coding\":[{\"system\":\"urn:ansinh:positive\",\"code\":\"%s\"}]}", s->i->positive);
    demo_reference(d, "focus", "QuestionnaireResponse/demo-answers-%s-%u", s->i->code, s->r->number);
    demo_subject(d, "for", s->r);
    demo_reference(d, "encounter", "Encounter/demo-stay-%u", s->r->number);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), s->when);
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", s->nurse);
    demo_end(d);
}

static void screen(demo *d, const instrument *i, const resident *r)
{
    screening s = {.i = i, .r = r};
    int64_t day = d->today - demo_between(d, 1, ANSWERED_DAYS);
    s.when = demo_minute(d, day, demo_between(d, 480, 660));
    s.is_followed = d->today - day > FOLLOWED_DAYS;
    s.nurse = demo_nurse(d, r);
    int most = i->answers[2].code ? 3 : 1;
    for (int q = 0; q < MOST_QUESTIONS && i->questions[q].code; q++) {
        s.points[q] = demo_chance(d, most == 3 ? 30 : 2 + 18 * i->is_of_old_age) ? demo_between(d, 1, most) : 0;
        s.total += s.points[q];
    }
    if (day <= r->since) {
        return;
    }
    response(d, &s);
    if (i->total) {
        score(d, &s);
    }
    if (s.total >= i->positive_from) {
        follow_up(d, &s);
    }
}

void demo_screenings(demo *d, const resident *r)
{
    for (size_t k = 0; k < sizeof instruments / sizeof *instruments; k++) {
        const instrument *i = &instruments[k];
        demo_reseed(d, r->number, 's' + 256 * (uint64_t)k);
        if (r->age >= (i->is_of_old_age ? OLD_AGE : 18) && demo_chance(d, 80)) {
            screen(d, i, r);
        }
    }
}
