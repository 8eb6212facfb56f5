package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.model.EndpointSubset;
import dev.sluice.picker.pool.AdapterState;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pricing.PlacementForecast;
import dev.sluice.picker.pricing.Start;
import dev.sluice.picker.pricing.UsualBatch;
import java.util.Arrays;

/// What the endpoints that may be chosen cost: the parts of each price, as a policy writes them, and their
/// sums.
///
/// A thread uses one list for all its decisions, so that a decision allocates nothing for it. The parts are not
/// cleared between decisions: a policy writes each part of each endpoint, or the sum has a stale one in it.
final class PriceList {
    private int size;
    private int faulty;
    private int partCount;
    private int[] positions = new int[0];
    private float[] parts = new float[0];
    private float[] totals = new float[0];
    private final PlacementForecast forecast = new PlacementForecast();
    private UsualBatch[] usual = new UsualBatch[0];
    private Rates[] rates = new Rates[0];
    /// By index: when the endpoint would start the request, as the policy foresees.
    private Start[] starts = new Start[0];
    private int queued;
    private float[] ownMillis = new float[0];
    /// By index: whether a bound forbids the endpoint, however cheap it is.
    private boolean[] passedOver = new boolean[0];

    /// Starts anew with the sound endpoints of the pool that the subset admits, all of them without a price.
    void begin(PoolSnapshot pool, EndpointSubset subset, int partsOfEach) {
        partCount = partsOfEach;
        if (positions.length < pool.size()) {
            positions = new int[pool.size()];
            totals = new float[pool.size()];
            starts = new Start[pool.size()];
            ownMillis = new float[pool.size()];
            passedOver = new boolean[pool.size()];
        }
        if (parts.length < pool.size() * partsOfEach) {
            parts = new float[pool.size() * partsOfEach];
        }
        size = 0;
        queued = 0;
        faulty = 0;
        switch (subset) {
            case EndpointSubset.Any _ -> {
                for (int position = 0; position < pool.size(); position++) {
                    addIfSound(pool.endpoint(position), position);
                }
            }
            case EndpointSubset.Only only -> {
                for (int position = 0; position < pool.size(); position++) {
                    Endpoint endpoint = pool.endpoint(position);
                    if (only.admits(endpoint.id(), endpoint.address())) {
                        addIfSound(endpoint, position);
                    }
                }
            }
        }
    }

    private void addIfSound(Endpoint endpoint, int position) {
        if (endpoint.isFaulty()) {
            faulty++;
        } else {
            positions[size++] = position;
        }
    }

    /// How many endpoints the subset admits, but a fault of their GPUs does not.
    int faulty() {
        return faulty;
    }

    /// Leaves those that serve the adapter or do not say; those that do not have it where there are no others.
    ///
    /// An engine may load an adapter for its first request, and one that does not answers so itself; but none
    /// is sent what it has said that it does not serve.
    void requireAdapter(PoolSnapshot pool, String adapter) {
        if (!keep(pool, adapter, AdapterState.UNKNOWN)) {
            boolean some = keep(pool, adapter, AdapterState.ABSENT);
            size = some ? size : 0;
        }
    }

    /// @param worst what may be known of the adapter at an endpoint that is kept
    /// @return whether there is one; if there is none, nothing has changed
    private boolean keep(PoolSnapshot pool, String adapter, AdapterState worst) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            int position = positions[i];
            if (pool.endpoint(position).adapter(adapter).compareTo(worst) <= 0) {
                positions[kept++] = position;
            }
        }
        if (kept > 0) {
            size = kept;
        }
        return kept > 0;
    }

    /// How many endpoints may be chosen.
    int size() {
        return size;
    }

    /// The position in the pool's snapshot of the endpoint at `index` of this list; positions ascend.
    int position(int index) {
        return positions[index];
    }

    /// The index on this list of the endpoint at `position` of the pool's snapshot, or -1 when it may not be
    /// chosen.
    int indexOf(int position) {
        return Math.max(-1, Arrays.binarySearch(positions, 0, size, position));
    }

    /// Where the parts of all prices stand, in the order of the policy's part names.
    float[] parts() {
        return parts;
    }

    /// Where in [#parts()] those of the endpoint at `index` begin.
    int row(int index) {
        return index * partCount;
    }

    /// Sums up the parts, once the policy has written them all.
    void sumParts() {
        Arrays.fill(passedOver, 0, size, false);
        for (int i = 0, at = 0; i < size; i++) {
            float total = 0;
            for (int end = at + partCount; at < end; at++) {
                total += parts[at];
            }
            totals[i] = total;
        }
    }

    /// A forecast to read endpoints into.
    PlacementForecast forecast() {
        return forecast;
    }

    /// What is usual on each kind of hardware, to be read anew.
    UsualBatch[] usual(int kinds) {
        if (usual.length < kinds) {
            usual = new UsualBatch[kinds];
            Arrays.setAll(usual, _ -> new UsualBatch());
        }
        for (int kind = 0; kind < kinds; kind++) {
            usual[kind].clear();
        }
        return usual;
    }

    /// Where the rates of each kind of hardware are read to.
    Rates[] rates(int kinds) {
        if (rates.length < kinds) {
            rates = new Rates[kinds];
        }
        return rates;
    }

    /// @param own milliseconds until the request's last token
    void setForecast(int index, Start start, float own) {
        starts[index] = start;
        queued += start == Start.QUEUED ? 1 : 0;
        ownMillis[index] = own;
    }

    /// How many endpoints the request would queue at.
    int queued() {
        return queued;
    }

    Start start(int index) {
        return starts[index];
    }

    /// How long the request itself would take at the endpoint, from now to its last token.
    float ownMillis(int index) {
        return ownMillis[index];
    }

    /// Leaves the endpoint out of the choice; a fallback it may still be.
    void passOver(int index) {
        passedOver[index] = true;
    }

    boolean isPassedOver(int index) {
        return passedOver[index];
    }

    float total(int index) {
        return totals[index];
    }
}
