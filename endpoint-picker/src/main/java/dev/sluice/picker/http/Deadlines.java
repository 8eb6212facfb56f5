package dev.sluice.picker.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The requests in flight on one event loop, which fail at their deadlines.
///
/// One look over all of them every 20 ms costs less than a timer for each: a thousand endpoints are polled
/// twenty times a second, and nearly all requests are over before anything looks.
final class Deadlines {
    private static final long LOOK_MILLIS = 20;

    private final EventLoopThread loop;
    private final Set<HttpConnection> inFlight = new LinkedHashSet<>();

    Deadlines(EventLoopThread loop) {
        this.loop = loop;
        loop.every(LOOK_MILLIS, this::look);
    }

    void add(HttpConnection connection) {
        inFlight.add(connection);
    }

    void remove(HttpConnection connection) {
        inFlight.remove(connection);
    }

    private void look() {
        long now = loop.nanos();
        List<HttpConnection> late = null;
        for (HttpConnection each : inFlight) {
            if (each.isLate(now)) {
                late = late == null ? new ArrayList<>() : late;
                late.add(each);
            }
        }
        if (late != null) {
            loop.each(late, HttpConnection::timeOut);
        }
    }
}
