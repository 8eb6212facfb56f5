package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PricePart;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.pricing.FleetPricing;
import dev.sluice.picker.pricing.PlacementForecast;
import dev.sluice.picker.pricing.PriceColumns;
import dev.sluice.picker.pricing.Start;
import dev.sluice.picker.pricing.UsualBatch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The price list has what the endpoints that may be chosen cost: the parts of each price, as a policy writes
/// them, and their sums.
///
/// A thread uses one list for all its decisions, so that a decision allocates nothing for it. The parts are not
/// cleared between decisions: a policy writes each part of each endpoint, or the sum has a stale one in it.
final class PriceList {
    private int size;
    private int faulty;
    private int unread;
    private int[] positions = new int[0];
    private final PriceColumns columns = new PriceColumns();
    private final FleetPricing fleet = new FleetPricing();
    private final PlacementForecast forecast = new PlacementForecast();
    private final float[] price = new float[PricePart.values().length];
    private UsualBatch[] usual = new UsualBatch[0];
    private Rates[] rates = new Rates[0];
    /// By index: whether a bound forbids the endpoint, however cheap it is.
    private boolean[] passedOver = new boolean[0];

    /// Starts anew with the sound endpoints of the pool that the subset admits, all of them without a price. Those
    /// whose engine has stopped answering are left out where others are there.
    void begin(PoolSnapshot pool, EndpointSubset subset, int partsOfEach) {
        columns.begin(pool.size(), partsOfEach);
        if (positions.length < pool.size()) {
            positions = new int[pool.size()];
            passedOver = new boolean[pool.size()];
        }
        size = 0;
        faulty = 0;
        unread = 0;
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
        if (unread > 0) {
            // Without a queue and a batch they would look idle and be the cheapest.
            var _ = keepWhereAny(position -> !pool.endpoint(position).isUnread());
        }
    }

    private void addIfSound(Endpoint endpoint, int position) {
        if (endpoint.isFaulty()) {
            faulty++;
        } else {
            positions[size++] = position;
            unread += endpoint.isUnread() ? 1 : 0;
        }
    }

    /// The number of endpoints that the subset admits, but a fault of their GPUs does not.
    int faulty() {
        return faulty;
    }

    /// Keeps endpoints that serve the adapter or whose state is unknown; where there are none, endpoints that
    /// lack it.
    ///
    /// An engine may load an adapter for its first request, and an engine that does not refuses the request
    /// itself. An endpoint that is `NOT_SERVING` gets no request for the adapter.
    void requireAdapter(PoolSnapshot pool, String adapter) {
        if (!keepWhereAny(position -> isAtMost(pool, position, adapter, AdapterState.UNKNOWN))
                && !keepWhereAny(position -> isAtMost(pool, position, adapter, AdapterState.ABSENT))) {
            size = 0;
        }
    }

    private static boolean isAtMost(PoolSnapshot pool, int position, String adapter, AdapterState worst) {
        return pool.endpoint(position).adapter(adapter).compareTo(worst) <= 0;
    }

    /// Leaves endpoints that list the model; where none of them may be chosen, all stay, for an engine may
    /// answer to a name that it does not list.
    ///
    /// @param listing positions of these; null where lists make no difference
    void preferListing(@Nullable BitSet listing) {
        if (listing != null) {
            var _ = keepWhereAny(listing::get);
        }
    }

    /// Keeps the endpoints at such positions; where there are none, nothing changes.
    ///
    /// @return there is one
    private boolean keepWhereAny(IntPredicate wanted) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            int position = positions[i];
            if (wanted.test(position)) {
                positions[kept++] = position;
            }
        }
        if (kept > 0) {
            size = kept;
        }
        return kept > 0;
    }

    /// The number of endpoints that may be chosen.
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

    /// A part of all prices, by index.
    ///
    /// @param part in the order of the policy's part names
    float[] part(int part) {
        return columns.part(part);
    }

    /// Copies the parts of the price at `index`.
    void copyParts(int index, float[] to, int at) {
        columns.copy(index, to, at);
    }

    /// The predicted time until the prefill of the request is done at the endpoint.
    double firstTokenMillis(int index) {
        return columns.firstMillis()[index];
    }

    /// Sums up the parts, once the policy has written them all.
    void sumParts() {
        Arrays.fill(passedOver, 0, size, false);
        columns.sumUp(size);
    }

    /// All parts of one price, to be written to and then to [#write].
    float[] price() {
        return price;
    }

    /// Writes the price of the endpoint at `index`.
    ///
    /// @param parts in the order of the policy's part names
    /// @param first milliseconds until the request's prefill is done
    /// @param own milliseconds until the request's last token
    void write(int index, float[] parts, Start start, double first, double own) {
        columns.write(index, parts, start, first, own);
    }

    /// The columns in which all endpoints of a pool are priced at once, by position.
    FleetPricing fleet() {
        return fleet;
    }

    PriceColumns columns() {
        return columns;
    }

    /// Drops the prices of endpoints that are not on this list.
    void keepOwn(PoolSnapshot pool) {
        if (size < pool.size()) {
            columns.keep(positions, size);
        }
    }

    /// A forecast to read endpoints into.
    PlacementForecast forecast() {
        return forecast;
    }

    /// The usual batch of each kind of hardware, to be read anew.
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

    /// The array that the rates of each kind of hardware are read to.
    Rates[] rates(int kinds) {
        if (rates.length < kinds) {
            rates = new Rates[kinds];
        }
        return rates;
    }

    /// The number of endpoints that the request would queue at.
    int queued() {
        return columns.count(Start.QUEUED, size);
    }

    /// The start of the request at the endpoint, as the policy foresees.
    Start start(int index) {
        return columns.start(index);
    }

    /// The time that the request itself would take at the endpoint, from now to its last token.
    float ownMillis(int index) {
        return columns.ownMillis()[index];
    }

    /// Leaves the endpoint out of the choice; a fallback it may still be.
    void passOver(int index) {
        passedOver[index] = true;
    }

    /// Passes the endpoint over where `wanted`. It is written without a branch, which the CPU could not
    /// predict.
    void passOver(int index, boolean wanted) {
        passedOver[index] = passedOver[index] || wanted;
    }

    boolean isPassedOver(int index) {
        return passedOver[index];
    }

    float total(int index) {
        return columns.totals()[index];
    }
}
