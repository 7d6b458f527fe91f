// Sockets, as far as the server's library leaves them to us.
// SPDX-License-Identifier: Apache-2.0
#include "os/inside.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

// 127.0.0.1:8080 or [::1]:8080, taken apart; false when it is neither.
static bool listen_parse(Str where, Str *address, Str *port)
{
    isize colon = where.n;
    int64_t number;
    while (colon && where.p[colon - 1] != ':') colon--;
    *port = str_slice(where, colon, where.n);
    *address = str_slice(where, 0, colon - 1);
    if (str_starts(*address, S("[")) && str_ends(*address, S("]"))) {
        *address = str_slice(*address, 1, address->n - 1);
    } else if (str_has(*address, ':')) {
        return false;
    }
    if (str_equal(*address, S("localhost"))) *address = S("127.0.0.1");
    return address->n && str_int(*port, &number) && number >= 0 && number < 65536;
}

bool socket_address(Str where)
{
    Str address, port;
    return listen_parse(where, &address, &port);
}

// The fourth protocol's addresses have their place among the sixth's (RFC 4291 2.5.5.2).
static struct in6_addr widened(struct in_addr four)
{
    struct in6_addr six = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&six.s6_addr[12], &four, sizeof four);
    return six;
}

static bool address_read(Str text, struct in6_addr *out)
{
    char z[INET6_ADDRSTRLEN];
    struct in_addr four;
    if (text.n >= (isize)sizeof z) return false;
    if (text.n) memcpy(z, text.p, (size_t)text.n);
    z[text.n] = 0;
    if (inet_pton(AF_INET6, z, out) == 1) return true;
    if (inet_pton(AF_INET, z, &four) != 1) return false;
    *out = widened(four);
    return true;
}

Str socket_bare(Str name)
{
    if (str_starts(name, S("[")) && str_ends(name, S("]"))) return str_slice(name, 1, name.n - 1);
    return str_ends(name, S(".")) ? str_slice(name, 0, name.n - 1) : name; // as a name's full form is written
}

bool socket_host(Str name)
{
    struct in6_addr six;
    bool good = name.n > 0 && name.n <= 253; // RFC 1035 2.3.4
    if (str_has(name, ':') || str_has(name, '[')) return address_read(socket_bare(name), &six);
    for (isize i = 0; i < name.n; i++) {
        char c = name.p[i];
        good &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(".-_", c));
    }
    return good;
}

bool socket_same(Str one, Str other)
{
    struct in6_addr first, second;
    bool read = address_read(one, &first);
    if (read != address_read(other, &second)) return false;
    if (read) return IN6_ARE_ADDR_EQUAL(&first, &second);
    return one.n && one.n == other.n && !strncasecmp(one.p, other.p, (size_t)one.n);
}

static int port_of(int fd)
{
    struct sockaddr_storage is = {0};
    socklen_t n = sizeof is;
    if (getsockname(fd, (struct sockaddr *)&is, &n)) return -1;
    return ntohs(is.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&is)->sin6_port
                                          : ((struct sockaddr_in *)&is)->sin_port);
}

static int open_listening(const struct addrinfo *at, int *reason)
{
    int on = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // those accepted inherit it
        if (!bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, SOMAXCONN)) return fd;
    }
    *reason = errno;
    if (fd >= 0) close(fd);
    return -1;
}

Err *socket_listen(Arena *a, Str where, int *fd, int *port)
{
    Str address, number;
    struct addrinfo *at, how = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    if (!listen_parse(where, &address, &number) ||
        getaddrinfo(str_z(a, address), str_z(a, number), &how, &at)) {
        return fail(a, ERR_INPUT,
            "{} is not an address to listen on: write one such as 127.0.0.1:8080.", where);
    }
    int reason = 0;
    *fd = open_listening(at, &reason);
    freeaddrinfo(at);
    if (*fd < 0) {
        Str why = reason_words(a, reason);
        return fail(a, ERR_INPUT, "The address {} cannot be listened on: {}.", where, why);
    }
    *port = port_of(*fd);
    return 0;
}

isize socket_name(const void *address, char *to, isize most)
{
    const struct sockaddr *from = address;
    bool six = from->sa_family == AF_INET6;
    socklen_t n = six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (getnameinfo(from, n, to, (socklen_t)most, 0, 0, NI_NUMERICHOST)) *to = 0;
    return (isize)strlen(to);
}

bool socket_here(int fd, Str address)
{
    struct sockaddr_storage is = {0};
    socklen_t n = sizeof is;
    struct in6_addr here, said;
    if (!address_read(address, &said) || getsockname(fd, (struct sockaddr *)&is, &n)) return false;
    bool six = is.ss_family == AF_INET6;
    here = six ? ((struct sockaddr_in6 *)&is)->sin6_addr : widened(((struct sockaddr_in *)&is)->sin_addr);
    return IN6_ARE_ADDR_EQUAL(&here, &said);
}

void socket_cut(int fd)
{
    (void)shutdown(fd, SHUT_RDWR);
}

void socket_close(int fd)
{
    close(fd);
}

int socket_keep(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

void socket_drain(int fd, int64_t ms)
{
    char dropped[65536];
    int64_t until = clock_ticks() + ms * 1000000;
    (void)shutdown(fd, SHUT_WR);
    for (;;) {
        int64_t left = (until - clock_ticks()) / 1000000;
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&ready, 1, (int)left) <= 0) break;
        if (recv(fd, dropped, sizeof dropped, MSG_DONTWAIT) <= 0) break;
    }
    close(fd);
}
