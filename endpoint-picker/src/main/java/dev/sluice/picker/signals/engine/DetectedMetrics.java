package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.Signals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the metrics pages of a server whose engine no resource names.
///
/// The first page is read in every dialect, the following pages in the dialect that fits. When a page does not
/// fit, the server may be another engine now, and the next page is read in every dialect again.
final class DetectedMetrics implements EngineMetrics {
    private final FirstTokens firstTokens;

    private @Nullable DialectMetrics detected;
    /// Dialects that fit the page so far, in the order of [Engine]: what Triton prints for TensorRT-LLM counts
    /// before what it prints for any model.
    private List<DialectMetrics> possible = List.of();

    private int targetIndex;

    DetectedMetrics(FirstTokens firstTokens) {
        this.firstTokens = firstTokens;
    }

    @Override
    public Engine engine() {
        return detected == null ? Engine.DETECTED : detected.engine();
    }

    @Override
    public ScrapeTarget target() {
        return Dialect.ALL_TARGETS.get(targetIndex);
    }

    @Override
    public void failed(boolean answered) {
        if (answered || (detected == null && target().port() != ScrapeTarget.OWN_PORT)) {
            detected = null;
            targetIndex = (targetIndex + 1) % Dialect.ALL_TARGETS.size();
        }
    }

    @Override
    public void begin() {
        if (detected != null) {
            detected.begin();
            return;
        }
        possible = new ArrayList<>(Arrays.stream(Engine.values())
                .filter(engine -> engine != Engine.DETECTED)
                .map(engine -> new DialectMetrics(engine, firstTokens))
                .toList());
        possible.forEach(DialectMetrics::begin);
    }

    @Override
    public void piece(byte[] bytes, int from, int to) {
        if (detected != null) {
            detected.piece(bytes, from, to);
            return;
        }
        for (Iterator<DialectMetrics> each = possible.iterator(); each.hasNext(); ) {
            try {
                each.next().piece(bytes, from, to);
            } catch (IllegalArgumentException _) {
                each.remove();
            }
        }
    }

    @Override
    public EngineTotals totals() {
        return detected == null ? EngineTotals.NONE : detected.totals();
    }

    @Override
    public double largestStepTokens() {
        return detected == null ? Double.NaN : detected.largestStepTokens();
    }

    @Override
    public int ranks() {
        return detected == null ? 1 : detected.ranks();
    }

    @Override
    public String modelName() {
        return detected == null ? "" : detected.modelName();
    }

    @Override
    public Signals end(int ownInFlight, long atNanos) {
        if (detected != null) {
            return detected.end(ownInFlight, atNanos);
        }
        for (DialectMetrics each : possible) {
            try {
                Signals signals = each.end(ownInFlight, atNanos);
                if (each.isTelling()) {
                    detected = each;
                    possible = List.of();
                    return signals;
                }
            } catch (IllegalArgumentException _) {
                // The page is not in this dialect.
            }
        }
        throw new IllegalArgumentException(
                "the metrics page has no series of a known engine (vLLM, SGLang, Triton, TensorRT-LLM)");
    }
}
