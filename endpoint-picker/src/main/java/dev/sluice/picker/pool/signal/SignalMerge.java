package dev.sluice.picker.pool.signal;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The signals of an endpoint from several sources, field by field: a measurement made for the picker counts
/// before the engine's own page, and each for as long as it is fresh.
///
/// Writers hold the object's monitor; requests read only the [Signals] that come out.
public final class SignalMerge {
    private final Map<SignalField, Told> told = new EnumMap<>(SignalField.class);
    private @Nullable Signals page;
    private @Nullable Adapters adapters;
    private long adaptersAt;
    private int ownInFlight;

    private record Told(double value, long atNanos) {}

    public void page(@Nullable Signals said) {
        page = said;
    }

    public @Nullable Signals page() {
        return page;
    }

    public void tell(SignalField field, double value, long atNanos) {
        told.put(field, new Told(value, atNanos));
    }

    public void tell(Adapters held, long atNanos) {
        adapters = held;
        adaptersAt = atNanos;
    }

    /// The number of this picker's requests at the endpoint when the queue was last measured.
    public void ownInFlight(int requests) {
        ownInFlight = requests;
    }

    /// Forgets what was measured before `oldest`; the page stays.
    public void expire(long oldest) {
        told.values().removeIf(each -> each.atNanos() - oldest < 0);
        if (adaptersAt - oldest < 0) {
            adapters = null;
        }
    }

    /// The merged signals; null when no source reports the engine's queue.
    public @Nullable Signals merged() {
        Signals own = page;
        boolean queueTold = told.containsKey(SignalField.WAITING) || told.containsKey(SignalField.RUNNING);
        if (own == null && !queueTold) {
            return null;
        }
        if (own != null && told.isEmpty() && adapters == null) {
            return own;
        }
        KvCache kvCache = own == null ? KvCache.UNREPORTED : own.kvCache();
        return new Signals(
                (int) value(SignalField.WAITING, own == null ? 0 : own.waiting()),
                (int) value(SignalField.RUNNING, own == null ? 0 : own.running()),
                new KvCache(value(SignalField.KV_USAGE, kvCache.usage()), (long)
                        value(SignalField.KV_CAPACITY_TOKENS, kvCache.capacityTokens())),
                adapters != null ? adapters : own == null ? Adapters.NONE : own.adapters(),
                queueTold || own == null ? ownInFlight : own.ownInFlight(),
                queueTime(own));
    }

    /// The older of the two counts that make up the queue.
    private long queueTime(@Nullable Signals own) {
        Told waiting = told.get(SignalField.WAITING);
        Told running = told.get(SignalField.RUNNING);
        if (waiting != null && running != null) {
            return waiting.atNanos() - running.atNanos() < 0 ? waiting.atNanos() : running.atNanos();
        }
        if (own != null) {
            return own.atNanos();
        }
        return waiting != null ? waiting.atNanos() : running != null ? running.atNanos() : 0;
    }

    private double value(SignalField field, double otherwise) {
        Told known = told.get(field);
        return known == null ? otherwise : known.value();
    }
}
