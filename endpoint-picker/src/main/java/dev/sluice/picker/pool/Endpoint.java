package dev.sluice.picker.pool;

import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PoolId;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/// One model server of a pool: its identity, its last signals, its adapters and the work in flight there.
///
/// The object lives as long as the endpoint does, across snapshots, so that in-flight work is never forgotten
/// when the pool changes.
public final class Endpoint {
    private static final AtomicReferenceFieldUpdater<Endpoint, @Nullable Signals> SIGNALS =
            AtomicReferenceFieldUpdater.newUpdater(Endpoint.class, Signals.class, "signals");

    private final PoolId pool;
    private final EndpointSpec spec;
    private final int ordinal;
    private final String address;
    private final long affinity;
    private final InFlight inFlight = new InFlight();
    private final Ledger ledger = new Ledger();
    private volatile @Nullable Signals signals;
    private volatile Map<String, AdapterState> adapters = Map.of();
    private volatile boolean member = true;

    Endpoint(PoolId pool, EndpointSpec spec, int ordinal) {
        this.pool = pool;
        this.spec = spec;
        this.ordinal = ordinal;
        this.address = spec.id().address();
        this.affinity = affinityOf(address);
    }

    /// FNV-1a, because every replica of the picker must come to the same number.
    private static long affinityOf(String address) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < address.length(); i++) {
            hash = (hash ^ address.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    public PoolId pool() {
        return pool;
    }

    /// Whether the endpoint is still in its pool; requests that are there end in peace.
    public boolean isMember() {
        return member;
    }

    void leave() {
        member = false;
    }

    public EndpointId id() {
        return spec.id();
    }

    /// `ip:port`, made once because it is sent with every request.
    public String address() {
        return address;
    }

    /// A small number that is this endpoint's alone while it exists.
    public int ordinal() {
        return ordinal;
    }

    /// A hash of the address, equal in all replicas of the picker: what rendezvous hashing mixes with a prompt's
    /// head.
    public long affinity() {
        return affinity;
    }

    public Hardware hardware() {
        return spec.hardware();
    }

    public Engine engine() {
        return spec.engine();
    }

    EndpointSpec spec() {
        return spec;
    }

    public InFlight inFlight() {
        return inFlight;
    }

    public Ledger ledger() {
        return ledger;
    }

    /// What the engine last said, or null when it was never heard or what it said is too old to be used.
    public @Nullable Signals signals() {
        return signals;
    }

    public void report(Signals reported) {
        signals = reported;
    }

    /// Forgets signals read before `oldest`.
    ///
    /// @return whether there were some
    public boolean expire(long oldest) {
        Signals current = signals;
        return current != null && current.atNanos() - oldest < 0 && SIGNALS.compareAndSet(this, current, null);
    }

    /// What is known of an adapter here: what the server was last heard to say of it, unless its metrics show
    /// requests that use it.
    public AdapterState adapter(String name) {
        AdapterState told = adapters.getOrDefault(name, AdapterState.UNKNOWN);
        if (told == AdapterState.ABSENT) {
            Signals current = signals;
            return current != null && current.uses(name) ? AdapterState.SERVING : told;
        }
        return told;
    }

    /// What the server says of adapters; one that is not named is [AdapterState#UNKNOWN].
    public Map<String, AdapterState> adapters() {
        return adapters;
    }

    public void reportAdapters(Map<String, AdapterState> reported) {
        adapters = Map.copyOf(reported);
    }

    @Override
    public String toString() {
        return spec.id().toString();
    }
}
