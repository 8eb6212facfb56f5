package dev.sluice.picker.pool;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.settings.PoolSettings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The endpoints of one pool at one moment, and how requests are placed on them.
///
/// A decision looks at every endpoint, so what it needs of each stands in arrays, by the endpoint's position.
public final class PoolSnapshot {
    private final PoolId id;
    private final PoolSettings settings;
    private final List<Endpoint> endpoints;
    private final Endpoint[] byPosition;
    private final int[] ordinals;
    private final int[] kinds;
    private final List<Hardware> hardware;
    private final List<EndpointId> ids;
    private final ChangeMarks changes;
    private final LoadColumns loads;
    private final ListedModels models;

    public PoolSnapshot(PoolId id, PoolSettings settings, List<Endpoint> endpoints) {
        this.id = id;
        this.settings = settings;
        this.endpoints = List.copyOf(endpoints);
        this.byPosition = endpoints.toArray(Endpoint[]::new);
        this.ordinals = endpoints.stream().mapToInt(Endpoint::ordinal).toArray();
        Map<Hardware, Integer> numbers = new HashMap<>();
        List<Hardware> distinct = new ArrayList<>();
        this.kinds = new int[byPosition.length];
        for (int i = 0; i < kinds.length; i++) {
            Hardware kind = byPosition[i].hardware();
            kinds[i] = numbers.computeIfAbsent(kind, _ -> distinct.size());
            if (kinds[i] == distinct.size()) {
                distinct.add(kind);
            }
        }
        this.hardware = List.copyOf(distinct);
        this.ids = this.endpoints.stream().map(Endpoint::id).toList();
        this.changes = new ChangeMarks(byPosition.length);
        this.loads = new LoadColumns(byPosition, settings.replicas());
        this.models = new ListedModels(byPosition);
    }

    /// Has the endpoints mark their changes here, and no longer in the snapshot before.
    void follow() {
        for (int position = 0; position < byPosition.length; position++) {
            byPosition[position].change().moveTo(changes, loads.marks(), models, position);
        }
        models.changed();
        loads.follow(true);
    }

    /// Its endpoints mark their changes in a newer snapshot from now on.
    void unfollow() {
        loads.follow(false);
    }

    /// The numbers that prices read of the endpoints.
    public LoadColumns loads() {
        return loads;
    }

    /// The positions of endpoints that may have capacity now and had none when the marks were last taken. Only
    /// the published snapshot of a pool has them, and one reader takes them.
    public ChangeMarks changes() {
        return changes;
    }

    public PoolId id() {
        return id;
    }

    public PoolSettings settings() {
        return settings;
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /// The ids of the endpoints, by position.
    public List<EndpointId> ids() {
        return ids;
    }

    public int size() {
        return byPosition.length;
    }

    public Endpoint endpoint(int position) {
        return byPosition[position];
    }

    /// [Endpoint#ordinal()] of the endpoint at `position`.
    public int ordinal(int position) {
        return ordinals[position];
    }

    /// The kinds of hardware that the pool runs on, each once.
    public List<Hardware> hardware() {
        return hardware;
    }

    /// The kind of hardware, by its place in [#hardware()], of the endpoint at `position`.
    public int kind(int position) {
        return kinds[position];
    }

    /// The endpoint at `ip:port`, the form in which Envoy names the endpoint that it used.
    public Optional<Endpoint> at(String address) {
        return endpoints.stream().filter(each -> each.address().equals(address)).findFirst();
    }

    /// An endpoint serves requests that need the adapter, or none.
    public boolean isServing(@Nullable String adapter) {
        for (Endpoint endpoint : byPosition) {
            if (endpoint.serves(adapter)) {
                return true;
            }
        }
        return false;
    }

    /// The number of endpoints that serve requests that need the adapter, or none.
    public long serving(@Nullable String adapter) {
        return endpoints.stream().filter(each -> each.serves(adapter)).count();
    }

    /// An endpoint serves a base model, as far as lists of models tell.
    public boolean isServingBase(String model) {
        for (Endpoint endpoint : byPosition) {
            if (endpoint.servesBase(model)) {
                return true;
            }
        }
        return false;
    }

    /// The positions of the endpoints whose lists have a model, where some list lacks it; else null. Not to be
    /// changed.
    public @Nullable BitSet listing(String model) {
        return models.serving(model);
    }

    /// The number of endpoints that serve a base model.
    public long servingBase(String model) {
        return endpoints.stream().filter(each -> each.servesBase(model)).count();
    }

    /// The names in the endpoints' lists of models, sorted.
    public List<String> listedModels() {
        return endpoints.stream()
                .map(Endpoint::listedModels)
                .filter(Objects::nonNull)
                .flatMap(Set::stream)
                .distinct()
                .sorted()
                .toList();
    }

    /// The saturation of the pool, from 0 to 1: the mean over the endpoints whose signals are known of the
    /// used share of the KV cache, or 1 where requests wait in the engine's queue. 0 when no endpoint's
    /// signals are known.
    public double saturation() {
        return endpoints.stream()
                .map(Endpoint::signals)
                .filter(Objects::nonNull)
                .mapToDouble(each ->
                        each.waiting() > 0 ? 1 : Math.clamp(each.kvCache().usage(), 0, 1))
                .average()
                .orElse(0);
    }

    @Override
    public String toString() {
        return "PoolSnapshot[" + id + ", " + endpoints + "]";
    }
}
