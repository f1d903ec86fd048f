/* Any text as an expression: the compiler refuses it with a place, or it is evaluated on a small
 * resource within its limits and the result prints as JSON. The first byte chooses the resource and
 * whether its type is known beforehand. */
#include <stdlib.h>

#include "path/path.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define MAX_STEPS 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const resources[] = {
    "{\"resourceType\":\"Patient\",\"id\":\"p\",\"active\":true,\"name\":[{\"family\":\"A\","
    "\"given\":"
    "[\"B\",null],\"_given\":[null,{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}]}],"
    "\"_birthDate\":{\"id\":\"x\"},\"contained\":[{\"resourceType\":\"Basic\",\"id\":\"i\"}],"
    "\"managingOrganization\":{\"reference\":\"#i\"},\"generalPractitioner\":[{\"reference\":"
    "\"Practitioner/"
    "1\"}],\"multipleBirthInteger\":2,\"deceasedDateTime\":\"2020-01-01T10:00:00Z\"}",
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"valueQuantity\":{\"value\":1.50,"
    "\"system\":"
    "\"http://unitsofmeasure.org\",\"code\":\"mg\"},\"component\":[{\"valueString\":\"a\\u0062\"},"
    "{\"valueQuantity\":{\"value\":2,\"system\":\"http://unitsofmeasure.org\",\"code\":\"a\"}}],"
    "\"effectiveDateTime\":\"2026-02\"}",
    "{\"a\":[1,2.5,\"x\",{\"b\":[]}],\"_a\":[null,{\"id\":\"i\"}],\"c\":null,\"d\":{}}",
};
#define RESOURCES (sizeof resources / sizeof resources[0])

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* What is printed for an item is one JSON value. */
static void check_items(ans_cx *cx, const ans_items *items)
{
    for (uint32_t i = 0; i < items->count && i < 16; i++) {
        ans_buf b;
        ans_str text;
        ans_json doc;
        ans_buf_init(&b, ARENA_BYTES);
        ans_item_print(cx, &items->at[i], &b);
        if (ans_buf_finish(&b, &text) == ANS_OK && !ans_arena_is_full(cx->arena)) {
            ans_err err = ans_json_parse(cx, text, NULL, &doc);
            must(err == ANS_OK || err == ANS_E_TOOBIG);
        }
        ans_buf_done(&b);
    }
}

static void evaluate(ans_cx *cx, ans_str expression, uint8_t choice)
{
    ans_json doc;
    ans_items items;
    const ans_path *path = NULL;
    const ans_path_env env = {.max_steps = MAX_STEPS};
    ans_str resource = ans_str_of(resources[choice % RESOURCES]);
    must(ans_json_parse(cx, resource, NULL, &doc) == ANS_OK);
    ans_item focus = ans_item_of_resource(&doc, 0);
    ans_type context = choice & 64 ? focus.type : 0;
    ans_err err = choice & 128 && context
                      ? ans_path_compile_strict(cx, cx->arena, expression, context, &path)
                      : ans_path_compile(cx, cx->arena, expression, context, &path);
    if (err == ANS_OK) {
        must(path != NULL);
        err = ans_path_eval(cx, path, &env, choice & 32 ? NULL : &focus, &items);
    }
    if (err == ANS_OK) {
        check_items(cx, &items);
    } else {
        must(err == ANS_E_SYNTAX || err == ANS_E_VALUE || err == ANS_E_COSTLY ||
             err == ANS_E_TOOBIG);
        must(cx->issues != NULL || ans_arena_is_full(cx->arena));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    ans_arena *arena = ans_arena_new(ARENA_BYTES);
    ans_cx cx = {.arena = arena};
    char *text = ans_alloc(size - 1); /* tight: a look beyond the end is seen */
    if (arena && text) {
        memcpy(text, data + 1, size - 1);
        evaluate(&cx, (ans_str){text, size - 1}, data[0]);
    }
    ans_free(text);
    ans_arena_free(arena);
    return 0;
}
