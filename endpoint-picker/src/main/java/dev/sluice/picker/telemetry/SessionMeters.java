package dev.sluice.picker.telemetry;

import dev.sluice.picker.decision.Stickiness;
import dev.sluice.picker.identity.PoolId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The meters of sessions.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_session_requests_total` | pool, session | by what the session had to do with them |
/// | `sluice_session_tokens_refused_total` | pool, reason | tokens that were no good |
public final class SessionMeters {
    private final MeterRegistry registry;
    private final Map<PoolId, Map<Stickiness, Counter>> requests = new ConcurrentHashMap<>();

    SessionMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param refused why the client's token was not good, as a label value; null when it was or when there was none
    public void placed(PoolId pool, Stickiness session, @Nullable String refused) {
        Map<Stickiness, Counter> known = requests.get(pool);
        Counter counter = known == null ? null : known.get(session);
        (counter == null ? register(pool, session) : counter).increment();
        if (refused != null) {
            registry.counter("sluice.session.tokens.refused", "pool", pool.toString(), "reason", refused)
                    .increment();
        }
    }

    private Counter register(PoolId pool, Stickiness session) {
        return requests.computeIfAbsent(pool, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(
                        session,
                        each -> registry.counter(
                                "sluice.session.requests", "pool", pool.toString(), "session", each.label()));
    }
}
