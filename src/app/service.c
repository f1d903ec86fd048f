/* service: a unit for systemd with this program, this folder and these options in it. The one idea: the server needs its folder, its
 * socket and its clock, so everything else is taken away from it. What each line is for stands in docs/security.md. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "app/app.h"

#define DEFAULT_USER "ansinh"

/* systemd reads quotes, backslashes, percent and dollar signs in a command line. */
static bool is_plain(const char *text)
{
    for (const char *p = text; *p; p++) {
        bool ok = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("/._-:@[]+,=", *p);
        if (!ok) {
            return false;
        }
    }
    return *text != '\0';
}

static ans_str whole_path(ans_cx *cx, const char *path)
{
    char here[PATH_MAX];
    if (path[0] == '/') {
        return ans_str_of(path);
    }
    if (!getcwd(here, sizeof here)) {
        return ANS_STR_NONE;
    }
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
    }
    return ans_arena_fmt(cx->arena, "%s/%s", here, path);
}

static bool is_low_port(const char *listen)
{
    uint64_t port;
    ans_str text = ans_str_of(listen);
    ptrdiff_t colon = ans_str_rfind(text, ':');
    return colon >= 0 && ans_str_u64(ans_str_from(text, (size_t)colon + 1), &port) && port > 0 && port < 1024;
}

static void print_word(const char *name, const char *value)
{
    if (value) {
        printf(" --%s %s", name, value);
    }
}

static void print_unit(const options *o, const char *program, ans_str data)
{
    const char *user = o->user ? o->user : DEFAULT_USER;
    bool is_home = ans_str_starts(data, ANS_STR("/home/")) || ans_str_starts(data, ANS_STR("/root/"));
    printf("# made by: ansinh service. Put it into /etc/systemd/system/ansinh.service, then:\n"
           "#   useradd --system --home-dir %.*s --shell /usr/sbin/nologin %s\n"
           "#   install -d -m 700 -o %s -g %s %.*s\n"
           "#   systemctl daemon-reload && systemctl enable --now ansinh\n"
           "[Unit]\nDescription=An Sinh, the record of a social-care facility\nAfter=network.target\n\n"
           "[Service]\nType=exec\nUser=%s\nUMask=0077\nExecStart=%s serve --data %.*s --listen %s",
           ANS_FMT(data), user, user, user, ANS_FMT(data), user, program, ANS_FMT(data), o->listen);
    print_word("tls-cert", o->tls_cert);
    print_word("tls-key", o->tls_key);
    print_word("base-url", o->base_url);
    printf("%s\nRestart=on-failure\nRestartSec=2\nTimeoutStopSec=60\nLimitCORE=0\nLimitNOFILE=16384\n\n"
           "ProtectSystem=strict\nReadWritePaths=%.*s\nProtectHome=%s\nPrivateTmp=yes\nPrivateDevices=yes\nPrivateMounts=yes\nProtectProc=invisible\n"
           "ProcSubset=pid\nProtectKernelTunables=yes\nProtectKernelModules=yes\nProtectKernelLogs=yes\nProtectControlGroups=yes\n"
           "ProtectClock=yes\nProtectHostname=yes\nRemoveIPC=yes\n\n"
           "NoNewPrivileges=yes\nCapabilityBoundingSet=%s\nAmbientCapabilities=%s\nRestrictSUIDSGID=yes\nRestrictRealtime=yes\n"
           "RestrictNamespaces=yes\nLockPersonality=yes\nMemoryDenyWriteExecute=yes\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n"
           "SystemCallArchitectures=native\nSystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\nSystemCallErrorNumber=EPERM\n\n"
           "[Install]\nWantedBy=multi-user.target\n",
           o->tls ? " --tls" : "", ANS_FMT(data), is_home ? "read-only" : "yes", is_low_port(o->listen) ? "CAP_NET_BIND_SERVICE" : "",
           is_low_port(o->listen) ? "CAP_NET_BIND_SERVICE" : "");
}

int run_service(ans_cx *cx, const options *o)
{
    char program[PATH_MAX];
    ans_str data = whole_path(cx, o->data);
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0 || !data.p) {
        return fail(cx, ANS_E_IO);
    }
    program[n] = '\0';
    const char *const words[] = {program, data.p, o->listen, o->user, o->tls_cert, o->tls_key, o->base_url};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i] && !is_plain(words[i])) {
            say("a unit holds plain paths and names only, and '%s' is not one: letters, digits and /._-:@", words[i]);
            return EXIT_USAGE;
        }
    }
    if ((o->tls_cert && o->tls_cert[0] != '/') || (o->tls_key && o->tls_key[0] != '/')) {
        say("a unit needs whole paths: --tls-cert and --tls-key begin with /");
        return EXIT_USAGE;
    }
    print_unit(o, program, data);
    return EXIT_DONE;
}
