/* The floor: the least that writing an event to many browsers costs. One thread, one epoll, one write per connection and event; no broker, no log, no
 * sign-in. It sends the same bytes as PushApp: a chunk with id, event and data. Anything that writes once per connection and event pays at least this.
 *
 * usage: floor PAYLOAD_BYTES      prints {"port":…,"control":…}; ends when its standard input does */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_DESCRIPTORS = 1 << 17, SEQUENCE_DIGITS = 10 };
enum kind { NONE, OPENING, STREAM, CONTROL, LISTEN_STREAM, LISTEN_CONTROL, INPUT };

static unsigned char kinds[MAX_DESCRIPTORS];
static int streams[MAX_DESCRIPTORS];
static int stream_count;
static int poller;

static void fail(const char *what) { perror(what); exit(1); }

static void watch(int descriptor, enum kind kind) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (descriptor >= MAX_DESCRIPTORS || epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) < 0) fail("watch");
    kinds[descriptor] = kind;
}

static int listen_on_free_port(enum kind kind) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, length) < 0 || listen(descriptor, 512) < 0) fail("listen");
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
    watch(descriptor, kind);
    return ntohs(address.sin_port);
}

static void forget(int descriptor) {
    for (int i = 0; kinds[descriptor] == STREAM && i < stream_count; i++)
        if (streams[i] == descriptor) { streams[i] = streams[--stream_count]; break; }
    kinds[descriptor] = NONE;
    close(descriptor);
}

static void publish(long long sequence, int payload_size) {
    static char frame[128 * 1024], text[128 * 1024];
    int length = sprintf(text, "id: %lld-%08x\nevent: tick\ndata: %010lld", sequence, (unsigned)sequence * 2654435761u, sequence);
    for (int i = SEQUENCE_DIGITS; i < payload_size; i++) text[length++] = (char)('a' + i % 26);
    text[length++] = '\n';
    text[length++] = '\n';
    int start = sprintf(frame, "%x\r\n", length);
    memcpy(frame + start, text, (size_t)length);
    memcpy(frame + start + length, "\r\n", 2);
    length += start + 2;
    for (int i = 0; i < stream_count; i++)
        if (send(streams[i], frame, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) != length) { forget(streams[i]); i--; }
}

int main(int argc, char **argv) {
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n";
    int payload_size = argc == 2 ? atoi(argv[1]) : 0;
    if (payload_size < SEQUENCE_DIGITS + 2 || payload_size > 64 * 1024) { fprintf(stderr, "usage: floor PAYLOAD_BYTES\n"); return 2; }
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) { limit.rlim_cur = limit.rlim_max; setrlimit(RLIMIT_NOFILE, &limit); }
    poller = epoll_create1(EPOLL_CLOEXEC);
    int port = listen_on_free_port(LISTEN_STREAM), control = listen_on_free_port(LISTEN_CONTROL), on = 1;
    watch(STDIN_FILENO, INPUT);
    printf("{\"port\":%d,\"control\":%d}\n", port, control);
    fflush(stdout);

    long long sequence = 0;
    for (struct epoll_event events[256];;) {
        int count = epoll_wait(poller, events, 256, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            int descriptor = events[i].data.fd;
            enum kind kind = kinds[descriptor];
            char input[8192], answer[96];
            if (kind == LISTEN_STREAM || kind == LISTEN_CONTROL) {
                int accepted = accept4(descriptor, NULL, NULL, SOCK_CLOEXEC);
                if (accepted < 0) fail("accept");
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(accepted, kind == LISTEN_STREAM ? OPENING : CONTROL);
                continue;
            }
            ssize_t size = read(descriptor, input, sizeof input);
            if (size <= 0 && kind == INPUT) return 0;
            if (size <= 0) { forget(descriptor); continue; }
            if (kind == OPENING && size >= 4 && memcmp(input + size - 4, "\r\n\r\n", 4) == 0) { /* the generator's request fits one segment */
                if (write(descriptor, head, sizeof head - 1) != sizeof head - 1) { forget(descriptor); continue; }
                kinds[descriptor] = STREAM;
                streams[stream_count++] = descriptor;
            }
            for (ssize_t at = 0; kind == CONTROL && at < size; at++) {
                if (input[at] == 'P') { publish(++sequence, payload_size); continue; }
                int length = sprintf(answer, "{\"connections\":%d,\"published\":%lld}\n", stream_count, sequence);
                if (write(descriptor, answer, (size_t)length) != length) fail("answer");
            }
        }
    }
}
