/* The doors of the training server: how it stands, and that it be started, begun anew or ended. Who it is that runs one is not known here
 * (rest.h: ans_training). */
#include "rest/sign_int.h"

static const char *const states[] = {
    [ANS_TRAINING_OFF] = "off", [ANS_TRAINING_MAKING] = "making", [ANS_TRAINING_ON] = "on", [ANS_TRAINING_FAILED] = "failed"};

static void put_status(ans_jw *w, const ans_training *t)
{
    ans_training_status s;
    t->status(t->arg, &s);
    ans_jw_begin(w, '{');
    ans_jw_kv(w, ANS_STR("state"), ans_str_of(states[s.state]));
    if (s.state == ANS_TRAINING_FAILED) {
        ans_jw_kv(w, ANS_STR("why"), ans_str_of(s.why ? s.why : ""));
    }
    if (s.state == ANS_TRAINING_ON) {
        ans_jw_key(w, ANS_STR("port"));
        ans_jw_int(w, s.port);
    }
    ans_jw_end(w, '}');
}

ans_sign run_training(sign_call *c)
{
    const ans_training *t = c->j->rest->o.training;
    if (!t) {
        return ANS_SIGN_NOT_FOUND;
    }
    put_status(&c->w, t);
    return ANS_SIGN_OK;
}

ans_sign run_training_want(sign_call *c)
{
    const ans_training *t = c->j->rest->o.training;
    ans_str wanted = sign_text(c, "want");
    ans_training_wish wish = ans_str_is(wanted, "on")      ? ANS_TRAINING_BEGIN
                             : ans_str_is(wanted, "again") ? ANS_TRAINING_ANEW
                             : ans_str_is(wanted, "off")   ? ANS_TRAINING_END
                                                           : ANS_TRAINING_NO_WISH;
    if (!t || wish == ANS_TRAINING_NO_WISH) {
        return t ? ANS_SIGN_BAD : ANS_SIGN_NOT_FOUND;
    }
    t->want(t->arg, wish);
    put_status(&c->w, t);
    return ANS_SIGN_OK;
}

/* Everybody is told: here is training, with whom one may be; or that there is one, at this port. */
void training_put_me(ans_jw *w, const ans_rest *rest)
{
    ans_training_status s = {0};
    if (rest->o.training) {
        rest->o.training->status(rest->o.training->arg, &s);
    }
    if (!rest->o.is_training && s.state != ANS_TRAINING_ON) {
        return;
    }
    ans_jw_key(w, ANS_STR("training"));
    ans_jw_begin(w, '{');
    ans_jw_key(w, ANS_STR("here"));
    ans_jw_bool(w, rest->o.is_training);
    if (rest->o.is_training && rest->o.training_logins.n) {
        ans_jw_key(w, ANS_STR("logins"));
        ans_jw_raw(w, rest->o.training_logins);
    }
    if (s.state == ANS_TRAINING_ON) {
        ans_jw_key(w, ANS_STR("port"));
        ans_jw_int(w, s.port);
    }
    ans_jw_end(w, '}');
}
