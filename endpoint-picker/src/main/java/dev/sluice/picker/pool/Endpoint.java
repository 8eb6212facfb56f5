package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.LoadConstants.USUAL_NANOS;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.pool.signal.SignalField;
import dev.sluice.picker.pool.signal.SignalMerge;
import dev.sluice.picker.pool.signal.Signals;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model server of a pool: its identity, its last signals, its adapters and the work in flight there.
///
/// The object lives as long as the pod does at its address, across snapshots and across changes of what
/// resources say of it, so that neither in-flight work nor what is known of its cache is forgotten when the
/// pool changes.
public final class Endpoint {
    private final PoolId pool;
    private final EndpointId id;
    private final int ordinal;
    private final String address;
    private final long affinity;
    private final ChangeMark change = new ChangeMark();
    private final InFlight inFlight = new InFlight(change);
    private final BatchIntegrals integrals = new BatchIntegrals(change);
    private final RecentPromptTokens recentPrompts = new RecentPromptTokens(change);
    private final TpotTargets tpotTargets = new TpotTargets(change);
    private final BatchSlots slots = new BatchSlots();
    private final Residence residence = new Residence(change);
    private final PromptTally prompts = new PromptTally();
    private final SignalMerge merge = new SignalMerge();
    private volatile @Nullable Signals signals;
    private volatile boolean unread;
    private volatile EngineTotals totals = EngineTotals.NONE;
    private volatile GpuSignals gpus = GpuSignals.NOTHING_KNOWN;
    private volatile EndpointSpec spec;
    private volatile Hardware hardware;
    /// The hardware as the GPUs report it; needs the monitor of [Pools].
    private String seenAccelerator = "";
    /// The number of GPUs, 0 until they have reported it.
    private int seenAccelerators;
    /// Needs the monitor of [Pools] to be changed.
    private volatile ModelNames modelNames = ModelNames.NONE;
    private final StepTokens stepTokens = new StepTokens();
    private volatile Map<String, AdapterState> adapters = Map.of();
    private volatile @Nullable Set<String> listedModels;
    private volatile double usualRequests;
    private volatile ReportedServer server = ReportedServer.UNREAD;
    private volatile boolean member = true;

    Endpoint(PoolId pool, EndpointSpec spec, int ordinal) {
        this.pool = pool;
        this.id = spec.id();
        this.spec = spec;
        this.hardware = spec.hardware();
        this.ordinal = ordinal;
        this.address = id.address();
        this.affinity = Hashing.text(address);
    }

    public PoolId pool() {
        return pool;
    }

    /// The endpoint is still in its pool; requests that are there end in peace.
    public boolean isMember() {
        return member;
    }

    void leave() {
        member = false;
    }

    ChangeMark change() {
        return change;
    }

    public EndpointId id() {
        return id;
    }

    /// `ip:port`, made once because it is sent with every request.
    public String address() {
        return address;
    }

    /// A small number that is this endpoint's alone while it exists.
    public int ordinal() {
        return ordinal;
    }

    /// A hash of the address, equal in all replicas of the picker: what rendezvous hashing mixes with a
    /// prompt's head.
    public long affinity() {
        return affinity;
    }

    /// The hardware, by the resources or by what GPUs and engine report.
    public Hardware hardware() {
        return hardware;
    }

    /// The base model as the resources name it, empty where they do not.
    public String declaredModel() {
        return spec.hardware().model();
    }

    /// The prompt tokens that the engine computes in one step at most.
    public StepTokens stepTokens() {
        return stepTokens;
    }

    /// Its GPUs have said what they are.
    ///
    /// @return whether that changes what it runs on
    boolean identify(String accelerator, int accelerators) {
        seenAccelerator = accelerator;
        seenAccelerators = accelerators;
        return settleHardware();
    }

    /// The engine has given its model this name there before.
    boolean isNamed(ModelNames.Source source, String name) {
        return modelNames.has(source, name);
    }

    /// Its engine has named its model.
    ///
    /// @return whether that changes what is known of the model
    boolean names(ModelNames.Source source, String name) {
        modelNames = modelNames.with(source, name);
        return settleHardware();
    }

    /// The resources describe it anew. What its GPUs and its engine have said still counts.
    void describe(EndpointSpec described) {
        spec = described.inPod(spec.podUid());
        settleHardware();
    }

    private boolean settleHardware() {
        Hardware before = hardware;
        Hardware known = seenAccelerators == 0 ? spec.hardware() : spec.identified(seenAccelerator, seenAccelerators);
        hardware = known.withModel(modelNames.telling(known.model()));
        return !hardware.equals(before);
    }

    /// The address of the pod's node, empty when unknown.
    public String node() {
        return spec.node();
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

    public BatchIntegrals integrals() {
        return integrals;
    }

    public RecentPromptTokens recentPrompts() {
        return recentPrompts;
    }

    /// The objectives per output token of the requests that this picker placed here.
    public TpotTargets tpotTargets() {
        return tpotTargets;
    }

    /// Requests there now: this picker's own as placed, others' as the engine last said.
    public int requests() {
        Signals last = signals;
        return inFlight.requests() + (last == null ? 0 : last.requestsFromOthers());
    }

    /// The slots of the engine's batch.
    public BatchSlots slots() {
        return slots;
    }

    /// The mean time that a request occupies a slot.
    public Residence residence() {
        return residence;
    }

    /// The prompts that were computed here.
    public PromptTally prompts() {
        return prompts;
    }

    /// The engine's totals at its last reading.
    public EngineTotals totals() {
        return totals;
    }

    public void report(EngineTotals reported) {
        totals = reported;
        prompts.counted(reported.counting());
    }

    /// The engine's last signals; null before the first and when they are too old to be used.
    public @Nullable Signals signals() {
        return signals;
    }

    /// The engine's signals were known once and have expired since: it hangs or is gone, however good its readiness
    /// still is. An endpoint that was never read, such as a new one or one without metrics, is not unread.
    public boolean isUnread() {
        return unread;
    }

    /// The server behind the endpoint's one port, as it describes itself.
    public ReportedServer server() {
        return server;
    }

    public void report(ReportedServer described) {
        server = described;
    }

    /// The mean number of requests in the engine over the last half minute or so, about as long as an answer
    /// takes.
    public double usualRequests() {
        return usualRequests;
    }

    /// The engine's own page says so.
    public void report(Signals reported) {
        synchronized (merge) {
            merge.page(reported);
            renew();
        }
    }

    /// Needs the lock of `merge`.
    private void renew() {
        Signals before = signals;
        Signals after = merge.merged();
        if (after != null) {
            slots.seen(after.running(), after.waiting(), residence.count());
            double requests = after.waiting() + after.running();
            double elapsed =
                    before == null ? Double.POSITIVE_INFINITY : Math.max(0, after.atNanos() - before.atNanos());
            double weight = 1 - USUAL_NANOS / (USUAL_NANOS + elapsed);
            double usual = usualRequests;
            usualRequests = usual + (requests - usual) * weight;
        }
        unread = after == null && (before != null || unread);
        signals = after;
        change.set();
    }

    /// A Prometheus server or an exporter reported a field.
    ///
    /// @param atNanos when it was measured, by the ticker
    public void report(SignalField field, double value, long atNanos) {
        synchronized (merge) {
            merge.tell(field, value, atNanos);
            renew();
        }
    }

    /// A source other than the engine reported which adapters the engine holds.
    public void report(Adapters adapters, long atNanos) {
        synchronized (merge) {
            merge.tell(adapters, atNanos);
            renew();
        }
    }

    /// This picker's requests in flight when another source measured the engine's queue.
    public void ownInFlightThen(int requests) {
        synchronized (merge) {
            merge.ownInFlight(requests);
            renew();
        }
    }

    /// Forgets the engine's own page if it was read before `oldest`.
    ///
    /// @return whether there was one
    public boolean expire(long oldest) {
        synchronized (merge) {
            Signals page = merge.page();
            if (page == null || page.atNanos() - oldest >= 0) {
                return false;
            }
            merge.page(null);
            renew();
            return true;
        }
    }

    /// Forgets what others measured before `oldest`.
    ///
    /// @return whether its signals are others for that
    public boolean expireReports(long oldest) {
        synchronized (merge) {
            Signals before = signals;
            merge.expire(oldest);
            renew();
            return before != null && !before.equals(signals);
        }
    }

    /// The GPUs' last signals; [GpuSignals#NOTHING_KNOWN] where no source reports them.
    public GpuSignals gpus() {
        return gpus;
    }

    public void report(GpuSignals reported) {
        gpus = reported;
        change.set();
    }

    /// The factor by which everything takes longer than usual for the hardware: more than 1 while the GPUs
    /// are held back.
    public double slowness() {
        return gpus.slowness();
    }

    /// A GPU has failed, so that the endpoint is no candidate.
    public boolean isFaulty() {
        return gpus.fatalXid() != 0;
    }

    /// The state of an adapter here: what the server last reported, unless its metrics show requests that use
    /// the adapter.
    public AdapterState adapter(String name) {
        AdapterState told = adapters.getOrDefault(name, AdapterState.UNKNOWN);
        if (told == AdapterState.ABSENT) {
            Signals current = signals;
            return current != null && current.uses(name) ? AdapterState.SERVING : told;
        }
        return told;
    }

    /// Requests that need the adapter, or none, are sent here as long as nothing better is known.
    public boolean serves(@Nullable String adapter) {
        return !isFaulty() && (adapter == null || adapter(adapter).compareTo(AdapterState.UNKNOWN) <= 0);
    }

    /// The server serves a base model, as far as its list of models tells.
    public boolean servesBase(String model) {
        Set<String> listed = listedModels;
        return !isFaulty() && (listed == null || listed.contains(model));
    }

    /// The names in the server's list of models; null when they are not known.
    public @Nullable Set<String> listedModels() {
        return listedModels;
    }

    public void reportModels(@Nullable Set<String> listed) {
        Set<String> before = listedModels;
        if (!Objects.equals(before, listed)) {
            listedModels = listed == null ? null : Set.copyOf(listed);
            change.setModels();
        }
    }

    /// The states of adapters, as the server tells; one that is not named is [AdapterState#UNKNOWN].
    public Map<String, AdapterState> adapters() {
        return adapters;
    }

    public void reportAdapters(Map<String, AdapterState> reported) {
        adapters = Map.copyOf(reported);
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
