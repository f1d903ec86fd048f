/* The cupboards of a facility's wards: a card for each medicine that is ordered there, what came from the store, and a count two days
 * ago. What was counted lasts for the doses given since, and then some days or few; here and there it runs low or out of date, as it does.
 *
 * Doses say which page they were taken from (demo_medicine.c); what a ward uses is gathered while its residents are written. */
#include "app/demo.h"

#include "fhir/value.h"

enum { COUNT_DAYS_AGO = 2, COUNT_MINUTE = 15 * 60, RECEIPT_DAYS_AGO = 1, RECEIPT_MINUTE = 9 * 60, SINCE_DAYS = 3, HUNDRED = 100 };

void demo_stock_use(demo *d, const resident *r, int medicine, uint32_t hundredths)
{
    d->use[(r->ward - r->f->first_ward) * DEMO_MEDICINES + (uint32_t)medicine] += hundredths;
}

ans_str demo_stock_page(demo *d, uint32_t ward, int medicine, int64_t day, int minute)
{
    int year, month, date;
    int64_t minutes = day * MINUTES_PER_DAY + minute - ZONE_MINUTES; /* the month is that of UTC */
    ans_civil_from_days(minutes / MINUTES_PER_DAY, &year, &month, &date);
    return ans_arena_fmt(d->scratch.arena, "demo-stock-%u-%d/%04d-%02d", ward, medicine, year, month);
}

void demo_stock_given(demo *d, const resident *r, int medicine, int64_t day, int minute, uint32_t hundredths)
{
    bool is_before = day < d->today - COUNT_DAYS_AGO || (day == d->today - COUNT_DAYS_AGO && minute <= COUNT_MINUTE);
    d->given[(r->ward - r->f->first_ward) * DEMO_MEDICINES + (uint32_t)medicine] += is_before ? hundredths : 0;
}

typedef struct shelf_card {
    const facility *f;
    uint32_t ward;
    int medicine;
    demo_item item;
    uint32_t day_use, counted, received; /* day_use: units a day, rounded up */
    uint32_t given;                      /* hundredths, before the count */
    bool is_low;
} shelf_card;

static uint32_t tens(uint32_t n)
{
    return (n + 9) / 10 * 10;
}

static void begin(demo *d, const facility *f, const char *type, ans_str id)
{
    demo_begin_of_house(d, f, type, "%.*s", ANS_FMT(id));
}

static void card(demo *d, const shelf_card *c)
{
    begin(d, c->f, "SupplyRequest", ans_arena_fmt(d->scratch.arena, "demo-stock-%u-%d", c->ward, c->medicine));
    if (c->item.is_controlled) {
        demo_json(d, "extension", "[{\"url\":\"urn:ansinh:extension:controlled\",\"valueBoolean\":true}]");
    }
    demo_text(d, "status", "active");
    demo_json(d, "category", "{\"coding\":[{\"system\":\"" TERMINOLOGY "supply-kind\",\"code\":\"central\"},{\"system\":\"urn:ansinh:stock\",\"code\":\"card\"}]}");
    demo_json(d, "itemCodeableConcept", "{\"text\":\"%s\"}", c->item.text);
    demo_json(d, "quantity", "{\"value\":%u,\"unit\":\"%s\"}", tens(c->day_use * 7), c->item.unit);
    demo_json(d, "parameter", "[{\"code\":{\"coding\":[{\"system\":\"urn:ansinh:stock\",\"code\":\"minimum\"}]},\"valueQuantity\":{\"value\":%u,\"unit\":\"%s\"}}]",
              c->day_use * 2, c->item.unit);
    ans_jw_kv(&d->w, ANS_STR("authoredOn"), demo_day(d, d->today - 300));
    demo_reference(d, "requester", "Practitioner/demo-staff-%u", demo_post_of(c->f, POST_PHARMACIST));
    demo_reference(d, "deliverTo", "Location/%s", demo_ward_id(d, c->ward));
    demo_end(d);
}

static void receipt(demo *d, const shelf_card *c)
{
    int64_t day = d->today - RECEIPT_DAYS_AGO, expires = d->today + (demo_chance(d, 8) ? demo_between(d, 5, 25) : demo_between(d, 200, 700));
    ans_str page = demo_stock_page(d, c->ward, c->medicine, day, RECEIPT_MINUTE), until = demo_day(d, expires), at = demo_minute(d, day, RECEIPT_MINUTE);
    begin(d, c->f, "SupplyDelivery", ans_arena_fmt(d->scratch.arena, "demo-receipt-%u-%d", c->ward, c->medicine));
    demo_json(d, "contained", "[{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"text\":\"%s\"},\"batch\":{\"lotNumber\":\"L%04d\",\"expirationDate\":\"%.*s\"}}]", c->item.text,
              demo_between(d, 1, 9999), ANS_FMT(until));
    if (c->item.is_controlled) {
        demo_json(d, "extension", "[{\"url\":\"urn:ansinh:extension:witness\",\"valueReference\":{\"reference\":\"Practitioner/demo-staff-%u\"}}]",
                  demo_ward_staff(c->f, c->ward) + 1);
    }
    demo_json(d, "identifier", "[{\"system\":\"urn:ansinh:stock:in\",\"value\":\"%.*s\"},{\"system\":\"urn:ansinh:stock:document\",\"value\":\"PL-%u/%lld\"}]", ANS_FMT(page),
              c->ward, (long long)day);
    demo_json(d, "basedOn", "[{\"reference\":\"SupplyRequest/demo-stock-%u-%d\"}]", c->ward, c->medicine);
    demo_text(d, "status", "completed");
    demo_json(d, "type", "{\"coding\":[{\"system\":\"" TERMINOLOGY "supply-item-type\",\"code\":\"medication\"},{\"system\":\"urn:ansinh:stock\",\"code\":\"receipt\"}]}");
    demo_json(d, "suppliedItem", "{\"quantity\":{\"value\":%u,\"unit\":\"%s\"},\"itemReference\":{\"reference\":\"#m\"}}", c->received, c->item.unit);
    ans_jw_kv(&d->w, ANS_STR("occurrenceDateTime"), at);
    demo_reference(d, "supplier", "Practitioner/demo-staff-%u", demo_post_of(c->f, POST_PHARMACIST));
    demo_reference(d, "destination", "Location/%s", demo_ward_id(d, c->ward));
    demo_json(d, "receiver", "[{\"reference\":\"Practitioner/demo-staff-%u\"}]", demo_ward_staff(c->f, c->ward));
    demo_end(d);
}

/* Two counts: one before the first dose of the demo, which explains the other. */
static void count(demo *d, const facility *f, uint32_t ward, const shelf_card *cards, uint32_t n, bool is_first)
{
    int64_t first = d->today - (d->o->days > SINCE_DAYS ? d->o->days : SINCE_DAYS);
    begin(d, f, "List", ans_arena_fmt(d->scratch.arena, "demo-count-%u%s", ward, is_first ? "-first" : ""));
    demo_text(d, "status", "current");
    demo_text(d, "mode", "snapshot");
    demo_text(d, "title", "Phiếu kiểm kê tủ thuốc");
    demo_concept(d, "code", "urn:ansinh:stock", "count", NULL, "Phiếu kiểm kê tủ thuốc");
    demo_reference(d, "subject", "Location/%s", demo_ward_id(d, ward));
    ans_jw_kv(&d->w, ANS_STR("date"), demo_minute(d, is_first ? first : d->today - COUNT_DAYS_AGO, is_first ? 20 * 60 : COUNT_MINUTE));
    demo_reference(d, "source", "Practitioner/demo-staff-%u", demo_ward_staff(f, ward));
    ans_jw_key(&d->w, ANS_STR("entry"));
    ans_jw_begin(&d->w, '[');
    for (uint32_t i = 0; i < n; i++) {
        const shelf_card *c = &cards[i];
        uint32_t much = c->counted * HUNDRED + (is_first ? c->given : 0);
        ans_jw_begin(&d->w, '{');
        demo_json(d, "extension", "[{\"url\":\"urn:ansinh:extension:amount\",\"valueQuantity\":{\"value\":%u.%02u,\"unit\":\"%s\"}}]", much / HUNDRED, much % HUNDRED,
                  c->item.unit);
        demo_json(d, "item", "{\"reference\":\"SupplyRequest/demo-stock-%u-%d\",\"display\":\"%s\"}", c->ward, c->medicine, c->item.text);
        ans_jw_end(&d->w, '}');
    }
    ans_jw_end(&d->w, ']');
    demo_end(d);
}

static shelf_card card_of(demo *d, const facility *f, uint32_t ward, int medicine, uint32_t hundredths)
{
    shelf_card c = {.f = f, .ward = ward, .medicine = medicine, .item = demo_medicine_item(d, medicine), .day_use = (hundredths + HUNDRED - 1) / HUNDRED};
    demo_reseed(d, ward * UINT64_C(64) + (uint64_t)medicine, 's');
    c.is_low = demo_chance(d, 15);
    c.counted = c.day_use * (uint32_t)(SINCE_DAYS + (c.is_low ? demo_between(d, 0, 1) : demo_between(d, 2, 9)));
    c.received = tens(c.day_use * (uint32_t)demo_between(d, 5, 9));
    return c;
}

void demo_stock(demo *d, const facility *f)
{
    shelf_card cards[DEMO_MEDICINES];
    for (uint32_t w = 0; w < f->wards; w++) {
        uint32_t n = 0;
        for (int m = 0; m < DEMO_MEDICINES; m++) {
            uint32_t hundredths = d->use[w * DEMO_MEDICINES + (uint32_t)m];
            if (hundredths) {
                cards[n] = card_of(d, f, f->first_ward + w, m, hundredths);
                cards[n].given = d->given[w * DEMO_MEDICINES + (uint32_t)m];
                card(d, &cards[n]);
                if (!cards[n].is_low) {
                    receipt(d, &cards[n]);
                }
                n++;
            }
        }
        if (n) {
            count(d, f, f->first_ward + w, cards, n, true);
            count(d, f, f->first_ward + w, cards, n, false);
        }
    }
}
