/* The accounts' own thread: what works at a password (19 MiB, some 25 ms) or waits for the disk must not hold up a loop or a pool
 * thread, and must not take more than one processor however many knock at the door. What knows no password goes first. */
#include "auth/account_int.h"


#include "base/os.h"

enum { MOST_SLOW = 64, MOST_QUICK = 1024, TIDY_SECONDS = 600 };

static void add(task_list *list, ans_accounts_task *task)
{
    task->next_ = NULL;
    if (list->last) {
        list->last->next_ = task;
    } else {
        list->first = task;
    }
    list->last = task;
    list->count++;
}

static ans_accounts_task *take_from(task_list *list)
{
    ans_accounts_task *task = list->first;
    if (task) {
        list->first = task->next_;
        list->last = list->first ? list->last : NULL;
        list->count--;
    }
    return task;
}

bool ans_accounts_submit(ans_accounts *a, ans_accounts_task *task, bool is_slow)
{
    (void)pthread_mutex_lock(&a->queue_lock);
    task_list *list = is_slow ? &a->slow : &a->quick;
    bool taken = !a->ending && list->count < (is_slow ? MOST_SLOW : MOST_QUICK);
    if (taken) {
        add(list, task);
        (void)pthread_cond_signal(&a->work);
    }
    (void)pthread_mutex_unlock(&a->queue_lock);
    return taken;
}

/* The next task, or NULL with *out_end false when it is time to tidy. */
static ans_accounts_task *next_task(ans_accounts *a, bool *out_end)
{
    bool woken = true;
    (void)pthread_mutex_lock(&a->queue_lock);
    while (!a->quick.first && !a->slow.first && !a->ending && woken) {
        woken = ans_cond_wait(&a->work, &a->queue_lock, TIDY_SECONDS * 1000);
    }
    ans_accounts_task *task = take_from(a->quick.first ? &a->quick : &a->slow);
    *out_end = !task && a->ending;
    (void)pthread_mutex_unlock(&a->queue_lock);
    return task;
}

static void *run(void *arg)
{
    ans_accounts *a = arg;
    for (bool end = false; !end;) {
        ans_accounts_task *task = next_task(a, &end);
        if (task) {
            task->run(task);
        } else if (!end) {
            sessions_tidy(a, false);
        }
    }
    return NULL;
}

bool worker_start(ans_accounts *a)
{
    a->has_thread = pthread_create(&a->thread, NULL, run, a) == 0;
    return a->has_thread;
}

void worker_stop(ans_accounts *a)
{
    if (!a->has_thread) {
        return;
    }
    (void)pthread_mutex_lock(&a->queue_lock);
    a->ending = true;
    (void)pthread_cond_signal(&a->work);
    (void)pthread_mutex_unlock(&a->queue_lock);
    (void)pthread_join(a->thread, NULL);
    a->has_thread = false;
}
