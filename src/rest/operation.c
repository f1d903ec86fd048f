/* Operations: one table that the route, the runner, the CapabilityStatement and the definitions of our own operations read. To add one: a line here, a function that
 * writes its answer into a buffer and ends with operation_answer, and its paragraph in the docs. */
#include "rest/stock_int.h"
#include "rest/term_int.h"

const operation operations[] = {
    {"$tree", "Organization", OP_TYPE | OP_INSTANCE, org_tree_run, "urn:ansinh:operation:Organization-tree",
     "Organisations below a root (or all roots) in one line as of a date: line, date, known, root, depth", false},
    {"$as-of", "Organization", OP_INSTANCE, org_as_of_run, "urn:ansinh:operation:Organization-as-of",
     "Name, kinds, codes, parents and responsibilities as of a date: date, known", false},
    {"$succession", "Organization", OP_INSTANCE, org_succession_run, "urn:ansinh:operation:Organization-succession",
     "What became of it, or what was before it: direction=forward|back, function, date, known", false},
    {"$responsible", "Organization", OP_TYPE, org_responsible_run, "urn:ansinh:operation:Organization-responsible",
     "Who has a function as of a date, in a province or everywhere: function, in, line, date, known", false},
    {"$problems", "Organization", OP_TYPE, org_problems_run, "urn:ansinh:operation:Organization-problems",
     "What is wrong with organisations: overlapping periods, cycles, links to nothing", false},
    {"$sensitive-counts", "Organization", OP_TYPE, sensitive_counts_run, "urn:ansinh:operation:Organization-sensitive-counts",
     "Of how many residents something sensitive is known, by organisation, sex and age, small numbers left out: about, date, organization", false},
    {"$everything", "Patient", OP_INSTANCE, everything_run, "http://hl7.org/fhir/OperationDefinition/Patient-everything",
     "The record of one person, as the caller may see it: _type, _since, _count, page after page", false},
    {"$consent-needs", "Patient", OP_INSTANCE, consent_needs_run, "urn:ansinh:operation:Patient-consent-needs",
     "Who has to consent to each purpose, who represents the person and since when: date", false},
    {"$unseen", "Patient", OP_TYPE, unseen_run, "urn:ansinh:operation:Patient-unseen",
     "Of these persons (patient: ids with commas; ward: who lives there) those whose care no role of the caller reaches: to them a search that finds nothing says nothing", false},
    {"$data-requests", "Task", OP_TYPE, data_requests_run, "urn:ansinh:operation:Task-data-requests",
     "Open requests of data subjects, or all of one person (patient), and until when each has to be acknowledged and answered", false},
    {"$board", "Location", OP_INSTANCE, board_run, "urn:ansinh:operation:board", "The shift board of a ward", false},
    {"$board", "Organization", OP_INSTANCE, board_run, "urn:ansinh:operation:board", "The shift board of a facility", false},
    {"$stock", "Location", OP_INSTANCE, stock_run, "urn:ansinh:operation:Location-stock",
     "What is there of each medicine of a ward: card; month for what came and went in it", false},
    {"$paper", "Patient", OP_INSTANCE, paper_run, "urn:ansinh:operation:paper",
     "An official paper of one person as PDF, with what the caller may see: form, day, or start and end", true},
    {"$paper", "Location", OP_INSTANCE, paper_run, "urn:ansinh:operation:paper", "An official paper of a ward as PDF: form, day", true},
    {"$paper", "Organization", OP_INSTANCE, paper_run, "urn:ansinh:operation:paper", "The same of a facility", true},
    {"$pack", "Organization", OP_INSTANCE, pack_run, "urn:ansinh:operation:pack",
     "The 24-hour packs of a facility: when made, of which wards, whether one failed; POST has one made now", false},
    {"$signature", "Composition", OP_INSTANCE, signature_run, "urn:ansinh:operation:Composition-signature",
     "Who signed a document, when, the hash of what was signed, and whether it still is that", false},
    {"$run", "ViewDefinition", OP_TYPE, view_run, "http://sql-on-fhir.org/OperationDefinition/$run",
     "Rows of a view: viewResource, resource (or those of the record: patient, _since, _limit), _format=ndjson|json|csv", true},
    {"$dry-run", "PlanDefinition", OP_TYPE | OP_INSTANCE, rule_dry_run, "urn:ansinh:operation:PlanDefinition-dry-run",
     "How many alerts a rule would have raised in the last days, by day and ward: rule (a PlanDefinition) or that of the address, days", false},
    {"$alerts", "PlanDefinition", OP_TYPE, rule_alerts, "urn:ansinh:operation:PlanDefinition-alerts",
     "Every rule: how often it raised an alert in the last days, what became of them, whether it is switched off: days", false},
    {"$calculate", "QuestionnaireResponse", OP_TYPE, form_calculate_run, "urn:ansinh:operation:QuestionnaireResponse-calculate",
     "The response with its calculated items filled in: response, questionnaire (or questionnaireUrl, or what the response names), settle", false},
    {"$extract", "QuestionnaireResponse", OP_TYPE, form_extract_run, "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract",
     "What a response says as a transaction Bundle: questionnaire-response, questionnaire (or what the response names)", false},
    {"$populate", "Questionnaire", OP_TYPE | OP_INSTANCE, form_populate_run, "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate",
     "A new response with what the record knows, as the caller may see it: questionnaire or questionnaireUrl, subject, encounter, context", false},
    {"$lists", "CodeSystem", OP_TYPE, lists_run, "urn:ansinh:operation:CodeSystem-lists",
     "Official lists: which editions of each are loaded, how many codes, since when, and the imports that are remembered", false},
    {"$list-import", "CodeSystem", OP_TYPE, list_import_run, "urn:ansinh:operation:CodeSystem-list-import",
     "An official list from a file, or what it would change: kind, file (Attachment), edition, fromDate, leaveOut, dryRun", false},
    {"$list-undo", "CodeSystem", OP_TYPE, list_undo_run, "urn:ansinh:operation:CodeSystem-list-undo",
     "Put back what the last import of a list changed, or say what that would be: kind, dryRun", false},
    {"$lookup", "CodeSystem", OP_TYPE, term_lookup, "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
     "What a code is: code and system or coding, version, date, displayLanguage, property", false},
    {"$validate-code", "CodeSystem", OP_TYPE | OP_INSTANCE, term_validate_system,
     "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code", "Is it a code of the system, and called so?", false},
    {"$subsumes", "CodeSystem", OP_TYPE | OP_INSTANCE, term_subsumes, "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
     "How two codes of one system stand to each other", false},
    {"$expand", "ValueSet", OP_TYPE | OP_INSTANCE, term_expand, "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
     "What is in a value set: filter (as somebody types, with or without accents), offset, count, date, displayLanguage, property", false},
    {"$validate-code", "ValueSet", OP_TYPE | OP_INSTANCE, term_validate_set, "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
     "Is a code, coding or codeableConcept in the value set, and called so?", false},
    {"$translate", "ConceptMap", OP_TYPE | OP_INSTANCE, term_translate, "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
     "A code as codes of another system, by one map or by those between two value sets or systems; reverse", false},
    {"$closure", NULL, OP_SYSTEM, term_closure, "http://hl7.org/fhir/OperationDefinition/ConceptMap-closure",
     "Which of the concepts a client has met stand below which: name, concept, version; kept in memory", false},
    {"$validate", NULL, OP_SYSTEM | OP_TYPE | OP_INSTANCE, validate_run, "http://hl7.org/fhir/OperationDefinition/Resource-validate",
     "Is a resource what R4 and its profiles say: the resource, or Parameters with resource, profile, mode (of a response also questionnaire); GET for one of the record", false},
    {"$meta", NULL, OP_INSTANCE, meta_run, "http://hl7.org/fhir/OperationDefinition/Resource-meta", "The meta of a resource alone", false},
    {"$sql", NULL, OP_SYSTEM, sql_run, "urn:ansinh:operation:sql",
     "One SELECT over the kept views, for programs that may see everything: query, _format=ndjson|json|csv", true},
    {NULL, NULL, 0, NULL, NULL, NULL, false},
};

ans_err operation_find(ans_cx *cx, ans_str name, ans_str type, uint8_t level, const operation **out)
{
    for (const operation *op = operations; op->name; op++) {
        bool is_here = !op->type || ans_str_is(type, op->type);
        if (is_here && (op->levels & level) && ans_str_is(name, op->name)) {
            *out = op;
            return ANS_OK;
        }
    }
    return ans_issue_add(cx, ANS_E_UNSUPPORTED, ANS_STR("http.url"), "this operation is not supported");
}

/* The value[x] of a parameter, whatever its x: operations here take texts, codes, dates and numbers. */
static ans_str posted(job *j, const char *name)
{
    ans_json doc;
    if (!j->rq.body.n || ans_json_parse(j->cx, j->rq.body, NULL, &doc) != ANS_OK) {
        return ANS_STR_NONE;
    }
    ans_jnode list = ans_json_get(&doc, 0, ANS_STR("parameter"));
    if (list == ANS_JNONE) {
        return ANS_STR_NONE;
    }
    ANS_JSON_EACH(&doc, list, p)
    {
        if (!ans_str_is(ans_json_get_string(j->cx, &doc, p, ANS_STR("name")), name)) {
            continue;
        }
        ANS_JSON_EACH(&doc, p, member)
        {
            if (ans_str_starts(ans_json_key(&doc, member), ANS_STR("value"))) {
                ans_jnode reference = ans_json_get(&doc, member, ANS_STR("reference"));
                ans_jnode value = reference == ANS_JNONE ? member : reference;
                ans_str text = ans_json_string(j->cx, &doc, value);
                return text.p ? text : ans_json_raw(&doc, value);
            }
        }
    }
    return ANS_STR_NONE;
}

ans_str operation_param(job *j, const char *name)
{
    ans_str given = j->route.query.n ? ans_query_get(j->cx, j->route.query, name) : ANS_STR_NONE;
    return given.p ? given : posted(j, name);
}

ans_err operation_answer(job *j, ans_buf *b)
{
    format f;
    j->an.status = 200;
    ans_err err = format_read(j->cx, j->rq.query, &f);
    err = err == ANS_OK ? ans_buf_finish(b, &j->an.body) : err;
    return err == ANS_OK ? format_pretty(j->cx, &f, &j->an.body) : err;
}

/* ---- definitions ---- */

#define OWN "urn:ansinh:operation:"

/* The id of our own OperationDefinition; empty: somebody else defined the operation. */
static ans_str own_id(const operation *op)
{
    ans_str url = ans_str_of(op->definition);
    return ans_str_starts(url, ANS_STR(OWN)) ? ans_str_from(url, sizeof OWN - 1) : ANS_STR_NONE;
}

/* Where its definition is read: ours here. */
static ans_str definition_url(const job *j, const operation *op)
{
    ans_str id = own_id(op);
    return id.n ? ans_arena_fmt(j->cx->arena, "%.*s/OperationDefinition/%.*s", ANS_FMT(j->base), ANS_FMT(id)) : ans_str_of(op->definition);
}

void operation_list(const job *j, ans_jw *w, const char *type)
{
    bool has = false;
    for (const operation *op = operations; op->name; op++) {
        bool is_here = type ? !op->type || strcmp(op->type, type) == 0 : !op->type;
        if (!is_here || !(op->levels & (type ? OP_TYPE | OP_INSTANCE : OP_SYSTEM))) {
            continue;
        }
        if (!has) {
            ans_jw_key(w, ANS_STR("operation"));
            ans_jw_begin(w, '[');
        }
        has = true;
        ans_jw_begin(w, '{');
        ans_jw_kv(w, ANS_STR("name"), ans_str_from(ans_str_of(op->name), 1));
        ans_jw_kv(w, ANS_STR("definition"), definition_url(j, op));
        ans_jw_kv(w, ANS_STR("documentation"), ans_str_of(op->about));
        ans_jw_end(w, '}');
    }
    if (has) {
        ans_jw_end(w, ']');
    }
}

static const operation *own_named(ans_str id)
{
    const operation *op = operations;
    while (op->name && (!id.n || !ans_str_eq(own_id(op), id))) {
        op++;
    }
    return op->name ? op : NULL;
}

bool operation_is_defined(const job *j)
{
    return j->route.what == I_READ && ans_str_is(ans_fhir_type_name(j->route.type), "OperationDefinition") && own_named(j->route.id);
}

/* "Organization-as-of" -> "OrganizationAsOf", as names of definitions are written */
static void write_name(ans_jw *w, ans_str id)
{
    char name[80];
    size_t n = 0;
    bool begins = true;
    for (size_t i = 0; i < id.n && n < sizeof name; i++) {
        bool is_small = id.p[i] >= 'a' && id.p[i] <= 'z';
        if (id.p[i] != '-') {
            name[n++] = (char)(begins && is_small ? id.p[i] - 'a' + 'A' : id.p[i]);
        }
        begins = id.p[i] == '-';
    }
    ans_jw_kv(w, ANS_STR("name"), (ans_str){name, n});
}

static void write_level(ans_jw *w, const char *name, uint8_t levels, uint8_t level)
{
    ans_jw_key(w, ans_str_of(name));
    ans_jw_bool(w, levels & level);
}

/* One definition for all rows of the table that name it: an operation of several types. */
ans_err operation_define(job *j)
{
    const operation *first = own_named(j->route.id);
    uint8_t levels = 0;
    bool has_types = false;
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, j->cx->arena, 65536);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("resourceType"), ANS_STR("OperationDefinition"));
    ans_jw_kv(&w, ANS_STR("id"), j->route.id);
    ans_jw_key(&w, ANS_STR("text"));
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("status"), ANS_STR("generated"));
    ans_jw_kv(&w, ANS_STR("div"), ans_arena_fmt(j->cx->arena, "<div xmlns=\"http://www.w3.org/1999/xhtml\">%s</div>", first->about));
    ans_jw_end(&w, '}');
    ans_jw_kv(&w, ANS_STR("url"), definition_url(j, first));
    write_name(&w, j->route.id);
    ans_jw_kv(&w, ANS_STR("status"), ANS_STR("active"));
    ans_jw_kv(&w, ANS_STR("kind"), ANS_STR("operation"));
    ans_jw_kv(&w, ANS_STR("description"), ans_str_of(first->about));
    ans_jw_kv(&w, ANS_STR("code"), ans_str_from(ans_str_of(first->name), 1));
    for (const operation *op = first; op->name; op++) {
        if (strcmp(op->definition, first->definition) != 0) {
            continue;
        }
        levels |= op->levels;
        if (op->type && !has_types) {
            ans_jw_key(&w, ANS_STR("resource"));
            ans_jw_begin(&w, '[');
            has_types = true;
        }
        if (op->type) {
            ans_jw_str(&w, ans_str_of(op->type));
        }
    }
    if (has_types) {
        ans_jw_end(&w, ']');
    }
    write_level(&w, "system", levels, OP_SYSTEM);
    write_level(&w, "type", levels, OP_TYPE);
    write_level(&w, "instance", levels, OP_INSTANCE);
    ans_jw_end(&w, '}');
    return operation_answer(j, &b);
}
