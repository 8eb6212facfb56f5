package dev.sluice.bench.sidebyside;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The work that is asked of a gateway: how large the requests are, how many at once, and what comes back.
///
/// Every request of a work has the same length, so that a server can tell when bytes were lost on the way.
enum Work {
    SMALL("small", 1_000, 16, false, BodyMode.BOTH),
    LONG("long", 220_000, 20, false, BodyMode.BOTH),
    SSE("sse", 1_000, 16, true, BodyMode.BOTH),
    SSE_HEADERS("sse-headers", 1_000, 16, true, BodyMode.REQUEST),
    /// About a million tokens, one request at a time.
    HUGE("huge", 4_000_000, 1, false, BodyMode.BOTH);

    /// The bodies that Envoy shows the picker.
    enum BodyMode {
        BOTH("FULL_DUPLEX_STREAMED"),
        REQUEST("NONE");

        private final String response;

        BodyMode(String response) {
            this.response = response;
        }

        /// Envoy's `response_body_mode`.
        String response() {
            return response;
        }
    }

    private final String label;
    private final int bodyBytes;
    private final int connections;
    private final boolean streamed;
    private final BodyMode bodyMode;

    Work(String label, int bodyBytes, int connections, boolean streamed, BodyMode bodyMode) {
        this.label = label;
        this.bodyBytes = bodyBytes;
        this.connections = connections;
        this.streamed = streamed;
        this.bodyMode = bodyMode;
    }

    static Work of(String label) {
        return Arrays.stream(values())
                .filter(work -> work.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no work is called " + label + "; there are "
                        + Arrays.stream(values()).map(Work::label).collect(Collectors.joining(", "))));
    }

    @JsonValue
    String label() {
        return label;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    int connections() {
        return connections;
    }

    /// The answer comes as server-sent events.
    boolean streamed() {
        return streamed;
    }

    BodyMode bodyMode() {
        return bodyMode;
    }

    @Override
    public String toString() {
        return label;
    }
}
