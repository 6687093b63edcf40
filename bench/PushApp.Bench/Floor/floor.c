/* The floor: the least that writing an event to many browsers costs. One thread, one epoll, one write per connection and event; no broker, no log, no
 * sign-in. It sends the same bytes as PushApp: a chunk with id, event and data, or a WebSocket's frame with Socket.IO's packet. Anything that writes once
 * per connection and event pays at least this.
 *
 * usage: floor PAYLOAD_BYTES [socket.io]      prints {"port":…,"control":…}; ends when its standard input does */
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
static int is_socket;
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

/* RFC 6455, section 5.2: an unmasked text frame. */
static int frame_head(char *frame, int length) {
    unsigned char *head = (unsigned char *)frame;
    head[0] = 0x81;
    if (length < 126) { head[1] = (unsigned char)length; return 2; }
    if (length < 1 << 16) { head[1] = 126; head[2] = (unsigned char)(length >> 8); head[3] = (unsigned char)length; return 4; }
    memset(head + 1, 0, 9);
    head[1] = 127;
    for (int i = 0; i < 4; i++) head[9 - i] = (unsigned char)(length >> (8 * i));
    return 10;
}

static void publish(long long sequence, int payload_size) {
    static char frame[128 * 1024], text[128 * 1024];
    int length = is_socket
        ? sprintf(text, "42[\"tick\",\"%010lld", sequence)
        : sprintf(text, "id: %lld-%08x\nevent: tick\ndata: %010lld", sequence, (unsigned)sequence * 2654435761u, sequence);
    for (int i = SEQUENCE_DIGITS; i < payload_size; i++) text[length++] = (char)('a' + i % 26);
    length += sprintf(text + length, is_socket ? "\"]" : "\n\n");
    int start = is_socket ? frame_head(frame, length) : sprintf(frame, "%x\r\n", length);
    memcpy(frame + start, text, (size_t)length);
    length += start;
    if (!is_socket) { memcpy(frame + length, "\r\n", 2); length += 2; }
    for (int i = 0; i < stream_count; i++)
        if (send(streams[i], frame, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) != length) { forget(streams[i]); i--; }
}

int main(int argc, char **argv) {
    static const char sse_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n";
    /* The generator's key is always the same, and so is the answer to it. */
    static const char socket_head[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: lnIgNCNMeJik3JyK9DsfD+a/P6E=\r\n\r\n"
        "\x81\x58" "0{\"sid\":\"a\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}" "\x81\x0d" "40{\"sid\":\"b\"}";
    int payload_size = argc >= 2 ? atoi(argv[1]) : 0;
    is_socket = argc == 3 && strcmp(argv[2], "socket.io") == 0;
    if (payload_size < SEQUENCE_DIGITS + 2 || payload_size > 64 * 1024 || argc > 2 + is_socket) { fprintf(stderr, "usage: floor PAYLOAD_BYTES [socket.io]\n"); return 2; }
    const char *head = is_socket ? socket_head : sse_head;
    ssize_t head_size = (ssize_t)(is_socket ? sizeof socket_head : sizeof sse_head) - 1;
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
                if (write(descriptor, head, (size_t)head_size) != head_size) { forget(descriptor); continue; }
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
