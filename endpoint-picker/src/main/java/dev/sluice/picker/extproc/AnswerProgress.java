package dev.sluice.picker.extproc;

import dev.sluice.picker.payload.response.Generated;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.telemetry.Meters;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells the placement and the meters how an answer gets on: its first token, and what it took in the end.
record AnswerProgress(Exchange exchange, Collaborators with, Placement placement) {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /// Content has come; the first time it is the first token.
    void firstToken() {
        if (placement.hasFirstToken()) {
            return;
        }
        long now = with.ticker().nanos();
        long nanos = now - exchange.arrivedNanos();
        placement.firstToken(now);
        Meters meters = with.meters();
        meters.firstToken(exchange.pool(), exchange.model(), nanos);
        Objectives objectives = placement.objectives();
        if (objectives.hasTtft()) {
            meters.objectives()
                    .firstToken(exchange.pool(), exchange.model(), nanos / NANOS_PER_MILLI, objectives.ttftMillis());
        }
        String share = placement.share();
        if (share != null) {
            meters.targets().firstToken(exchange.pool(), exchange.model(), share, nanos);
        }
    }

    /// @param usage null where the engine reported none
    void end(Generated generated, @Nullable TokenUsage usage) {
        placement.streamed(generated.events(), generated.textBytes());
        if (usage == null) {
            return;
        }
        placement.used(usage);
        Objectives objectives = placement.objectives();
        if (objectives.hasTpot() && placement.hasFirstToken() && usage.completionTokens() > 1) {
            double decoding = placement.decodingNanos(with.ticker().nanos()) / NANOS_PER_MILLI;
            double each = decoding / (usage.completionTokens() - 1);
            with.meters().objectives().furtherTokens(exchange.pool(), exchange.model(), each, objectives.tpotMillis());
        }
    }
}
