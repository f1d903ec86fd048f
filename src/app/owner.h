/* What the owner of a data folder does to accounts and programs from the command line. A running server is asked through
 * DATA/ansinh.sock; without one the folder is opened here. Either way it is the same request to the same code below /auth, so both
 * refuse the same things. */
#ifndef ANS_APP_OWNER_H
#define ANS_APP_OWNER_H

#include "app/app.h"
#include "json/json.h"

typedef struct owner_reply {
    int status;
    ans_json doc; /* count 0: no body */
} owner_reply;

/* One call below /auth. path p NULL: there was no memory for it. A refusal by status is an answer, not an error.
 * owns     out in cx->arena */
ANS_MUST_USE ans_err owner_ask(ans_cx *cx, const options *o, const char *method, ans_str path, ans_str body, owner_reply *out);
/* A member of the answer, or of a part of it; empty when it is absent. */
ans_str owner_text(ans_cx *cx, const owner_reply *r, ans_jnode at, const char *name);
/* Says what was refused, and why; the exit code. */
int owner_outcome(ans_cx *cx, ans_err err, const owner_reply *r);

/* What stands behind `ansinh user` and `ansinh client`: the first argument names an act, which takes so many with its name. */
typedef struct owner_act {
    const char *name;
    int args;
    int (*run)(ans_cx *cx, const options *o);
} owner_act;
/* The act that was named; without one the usage is said. */
int owner_run(ans_cx *cx, const options *o, const owner_act *acts, size_t count, const char *usage);
/* "/enable" or "/disable", as the act is named. */
const char *owner_switch(const options *o);

#endif
