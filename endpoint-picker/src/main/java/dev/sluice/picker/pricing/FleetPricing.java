package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.BUSY_PERIOD;
import static dev.sluice.picker.constants.PriceConstants.CROWDING_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.DECODE_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.FEWEST_SLOTS;
import static dev.sluice.picker.constants.PriceConstants.FREE_SHARE;
import static dev.sluice.picker.constants.PriceConstants.MEMORY_MOST;
import static dev.sluice.picker.constants.PriceConstants.WAITING_WEIGHT;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PricePart;
import dev.sluice.picker.pool.BatchSlots;
import dev.sluice.picker.pool.LoadColumns;
import dev.sluice.picker.pool.LoadColumns.Column;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.RecentPromptTokens;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.Signals;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes the parts of [OwnParts] for all endpoints of a large pool, part by part instead of endpoint by endpoint.
///
/// [OwnParts] is the definition, and each loop here has the same operations in the same order, so that both agree to
/// the last bit; `FleetPassTest` compares them. What is a condition there is a factor of 0 or 1 in
/// [LoadColumns] here: short loops over arrays, without a branch, become vector instructions.
///
/// A thread uses one object for all its decisions.
public final class FleetPricing {
    private static final double MILLIS_PER_NANO = 1e-6;
    private static final int QUEUED = Start.QUEUED.code();

    private final RateColumns rateColumns = new RateColumns();
    private int size;
    private double[] cached = new double[0];
    /// The wait for a slot is `slotWaits` · residence / `slotDivisors`.
    private double[] slotWaits = new double[0];
    private double[] slotDivisors = new double[0];
    /// At least so many wait.
    private double[] waiting = new double[0];
    /// 1 where a request would queue for a slot, or behind what the engine says.
    private int[] queues = new int[0];
    private double[] backlog = new double[0];
    private double[] prefill = new double[0];
    private double[] needed = new double[0];
    private double[] step = new double[0];
    private double[] alone = new double[0];
    private double[] mean = new double[0];
    private double[] ahead = new double[0];
    private double[] memory = new double[0];
    private double[] sharing = new double[0];
    private double[] answer = new double[0];
    private double[] result = new double[0];

    /// Makes place for so many endpoints.
    public void begin(int endpoints) {
        size = endpoints;
        rateColumns.begin(endpoints);
        if (cached.length >= endpoints) {
            return;
        }
        cached = new double[endpoints];
        slotWaits = new double[endpoints];
        slotDivisors = new double[endpoints];
        waiting = new double[endpoints];
        queues = new int[endpoints];
        backlog = new double[endpoints];
        prefill = new double[endpoints];
        needed = new double[endpoints];
        step = new double[endpoints];
        alone = new double[endpoints];
        mean = new double[endpoints];
        ahead = new double[endpoints];
        memory = new double[endpoints];
        sharing = new double[endpoints];
        answer = new double[endpoints];
        result = new double[endpoints];
    }

    /// Tokens of the prompt that each endpoint holds; to be filled in.
    public double[] cached() {
        return cached;
    }

    /// Writes the parts of all endpoints, when each would start the request, and how long it would take.
    ///
    /// @param rates by kind of hardware
    /// @param usual by kind of hardware
    public void write(
            PoolSnapshot pool, Rates[] rates, UsualBatch[] usual, RequestCost request, long now, PriceColumns prices) {
        LoadColumns loads = pool.loads();
        rateColumns.read(pool, rates, loads.of(Column.SLOWNESS));
        readSlots(pool, loads, usual);
        readBacklog(loads, now);
        writePrefill(loads, request, prices.part(PricePart.PREFILL.index()));
        writeMeans(loads);
        writeQueue(loads, request, prices);
        writeAdapter(pool, request, prices.part(PricePart.ADAPTER.index()));
        writeDecode(loads, request, prices.part(PricePart.DECODE.index()));
        writeDelays(loads, request, prices);
        writeStarts(loads, prices.starts());
        writeOwn(prices);
    }

    /// [EndpointLoad#slotWaitMillis] and what [EndpointLoad#waiting] and the start say of slots.
    private void readSlots(PoolSnapshot pool, LoadColumns loads, UsualBatch[] usual) {
        int[] slots = loads.slots();
        int[] running = loads.running();
        double[] requests = loads.of(Column.REQUESTS);
        double[] reported = loads.of(Column.REPORTED_WAITING);
        double[] waits = slotWaits;
        double[] divisors = slotDivisors;
        double[] fewest = waiting;
        int[] queue = queues;
        boolean alike = pool.hardware().size() == 1;
        UsualBatch others = usual[0];
        if (alike && others.slots() == BatchSlots.UNKNOWN) {
            readNoSlots(requests, reported, others.mostRunning());
            return;
        }
        for (int i = 0; i < size; i++) {
            others = alike ? others : usual[pool.kind(i)];
            int own = slots[i];
            own = own == BatchSlots.UNKNOWN && running[i] <= others.slots() ? others.slots() : own;
            double all = requests[i];
            double departures = own == BatchSlots.UNKNOWN ? 0 : Math.max(0, all - own + 1);
            waits[i] = departures;
            divisors[i] = own == BatchSlots.UNKNOWN ? 1 : own;
            if (own == BatchSlots.UNKNOWN && all >= Math.max(FEWEST_SLOTS, others.mostRunning())) {
                waits[i] = EndpointLoad.slotRisk(all, others.mostRunning());
                divisors[i] = all;
            }
            fewest[i] = Math.max(reported[i], departures - 1);
            queue[i] = departures + reported[i] > 0 ? 1 : 0;
        }
    }

    /// The same where the slots of no endpoint are known.
    private void readNoSlots(double[] requests, double[] reported, int mostRunning) {
        Arrays.fill(slotWaits, 0, size, 0);
        Arrays.fill(slotDivisors, 0, size, 1);
        System.arraycopy(reported, 0, waiting, 0, size);
        double seen = Math.max(FEWEST_SLOTS, mostRunning);
        int[] queue = queues;
        for (int i = 0; i < size; i++) {
            queue[i] = reported[i] > 0 ? 1 : 0;
            if (requests[i] >= seen) {
                slotWaits[i] = EndpointLoad.slotRisk(requests[i], mostRunning);
                slotDivisors[i] = requests[i];
            }
        }
    }

    /// The shares of the sums of recent prompts that are left, for each endpoint.
    public double[] recentShares(LoadColumns loads, long now) {
        long[] at = loads.promptsAt();
        double[] to = result;
        for (int i = 0; i < size; i++) {
            to[i] = RecentPromptTokens.share(now - at[i]);
        }
        return to;
    }

    private void readBacklog(LoadColumns loads, long now) {
        long[] ends = loads.backlogEnds();
        double[] share = loads.of(Column.QUEUE_SHARE);
        double[] to = backlog;
        for (int i = 0; i < size; i++) {
            to[i] = Math.max(0, ends[i] - now) * share[i] * MILLIS_PER_NANO;
        }
    }

    /// [PrefillPart].
    private void writePrefill(LoadColumns loads, RequestCost request, float[] part) {
        double n = request.prompt();
        double squares = n * n;
        double held = request.held();
        double[] requests = loads.of(Column.REQUESTS);
        double[] slower = result;
        double[] more = rateColumns.slowdown();
        for (int i = 0; i < size; i++) {
            slower[i] = 1 + more[i] * requests[i];
        }
        double[] base = rateColumns.p0();
        double[] perToken = rateColumns.p1();
        double[] perSquare = rateColumns.p2();
        double[] hit = cached;
        double[] own = prefill;
        double[] least = needed;
        for (int i = 0; i < size; i++) {
            double h = hit[i];
            own[i] = base[i] + (perToken[i] * (n - h) + perSquare[i] * (squares - h * h) * 1e-6) * slower[i];
        }
        for (int i = 0; i < size; i++) {
            double h = Math.max(hit[i], held);
            least[i] = base[i] + (perToken[i] * (n - h) + perSquare[i] * (squares - h * h) * 1e-6) * slower[i];
        }
        narrow(own, part);
    }

    /// The step, the request's own prefill and step, and the work per request.
    private void writeMeans(LoadColumns loads) {
        double[] requests = loads.of(Column.REQUESTS);
        double[] context = loads.of(Column.CONTEXT);
        double[] fixed = rateColumns.d0();
        double[] perRequest = rateColumns.d1();
        double[] perToken = rateColumns.d2();
        double[] steps = step;
        for (int i = 0; i < size; i++) {
            steps[i] = fixed[i] + perRequest[i] * requests[i] + perToken[i] * context[i] * 1e-3;
        }
        double[] observed = loads.of(Column.MEAN_MILLIS);
        double[] none = loads.of(Column.NO_MEAN);
        double[] prefills = prefill;
        double[] own = alone;
        double[] means = mean;
        for (int i = 0; i < size; i++) {
            own[i] = prefills[i] + steps[i];
            means[i] = observed[i] + none[i] * own[i];
        }
    }

    /// [QueuePart] and [MemoryPart].
    private void writeQueue(LoadColumns loads, RequestCost request, PriceColumns prices) {
        double output = request.output();
        double[] means = mean;
        double[] steps = step;
        double[] observed = loads.of(Column.RESIDENCE_MILLIS);
        double[] none = loads.of(Column.NO_RESIDENCE);
        double[] residence = result;
        for (int i = 0; i < size; i++) {
            residence[i] = observed[i] + none[i] * (means[i] + output * steps[i]);
        }
        double[] before = backlog;
        double[] others = loads.of(Column.WAITING_FROM_OTHERS);
        double[] aheads = ahead;
        for (int i = 0; i < size; i++) {
            aheads[i] = before[i] + others[i] * means[i];
        }
        double n = request.prompt();
        double[] used = loads.of(Column.USED);
        double[] starting = loads.of(Column.STARTING);
        double[] capacity = loads.of(Column.CAPACITY);
        double[] divisor = loads.of(Column.USED_DIVISOR);
        double[] hit = cached;
        double[] memories = memory;
        for (int i = 0; i < size; i++) {
            double overflow = used[i] + starting[i] * (n - hit[i]) + output - capacity[i];
            memories[i] = Math.min(Math.max(0, overflow) / divisor[i], MEMORY_MOST) * residence[i];
        }
        narrow(memories, prices.part(PricePart.MEMORY.index()));
        double[] waits = slotWaits;
        double[] waitDivisor = slotDivisors;
        double[] busy = loads.of(Column.BUSY);
        for (int i = 0; i < size; i++) {
            residence[i] = Math.max(aheads[i], waits[i] * residence[i] / waitDivisor[i]) + busy[i] * (steps[i] / 2);
        }
        narrow(residence, prices.part(PricePart.QUEUE.index()));
    }

    private void writeAdapter(PoolSnapshot pool, RequestCost request, float[] part) {
        if (request.adapter() == null) {
            Arrays.fill(part, 0, size, 0);
            return;
        }
        double[] idleSteps = rateColumns.d0();
        for (int i = 0; i < size; i++) {
            Signals signals = pool.endpoint(i).signals();
            part[i] = (float) AdapterPart.millis(request, adapters(signals), step[i], idleSteps[i]);
        }
    }

    private static Adapters adapters(@Nullable Signals signals) {
        return signals == null ? Adapters.NONE : signals.adapters();
    }

    /// [DecodePart].
    private void writeDecode(LoadColumns loads, RequestCost request, float[] part) {
        double n = request.prompt();
        double output = request.output();
        double[] later = loads.of(Column.LATER_REQUESTS);
        double[] context = loads.of(Column.LATER_CONTEXT);
        double[] fixed = rateColumns.d0();
        double[] perRequest = rateColumns.d1();
        double[] perToken = rateColumns.d2();
        double[] laterStep = answer;
        for (int i = 0; i < size; i++) {
            laterStep[i] = fixed[i] + perRequest[i] * (later[i] + 1) + perToken[i] * (context[i] + n) * 1e-3;
        }
        double[] shares = sharing;
        double[] to = result;
        for (int i = 0; i < size; i++) {
            double share = (later[i] * perRequest[i] / laterStep[i] - FREE_SHARE) / FREE_SHARE;
            shares[i] = Math.min(1, Math.max(share, 0));
            to[i] = Math.max(DECODE_WEIGHT, shares[i]) * output * laterStep[i];
        }
        narrow(to, part);
        for (int i = 0; i < size; i++) {
            laterStep[i] = output * laterStep[i];
        }
    }

    /// [CrowdingPart] and [ScarcityPart].
    private void writeDelays(LoadColumns loads, RequestCost request, PriceColumns prices) {
        double n = request.prompt();
        double output = request.output();
        double[] before = backlog;
        double[] means = mean;
        double[] others = loads.of(Column.WAITING_FROM_OTHERS);
        double[] waits = waiting;
        for (int i = 0; i < size; i++) {
            double placed = Math.max(0, before[i] / means[i] - 1);
            waits[i] = Math.max(placed + others[i], waits[i]);
        }
        double[] later = loads.of(Column.LATER_REQUESTS);
        double[] least = needed;
        double[] stalls = rateColumns.stall();
        double[] perRequest = rateColumns.d1();
        double[] perToken = rateColumns.d2();
        double[] own = alone;
        double[] to = result;
        for (int i = 0; i < size; i++) {
            double delayed = later[i] * (stalls[i] * least[i] + output * (perRequest[i] + perToken[i] * n * 1e-3));
            to[i] = Math.min(CROWDING_WEIGHT * delayed, own[i]);
        }
        double[] shares = sharing;
        for (int i = 0; i < size; i++) {
            to[i] = to[i]
                    + shares[i] * later[i] * output * perRequest[i]
                    + WAITING_WEIGHT * waits[i] * (stalls[i] * least[i]);
        }
        narrow(to, prices.part(PricePart.CROWDING.index()));
        double[] prefills = prefill;
        for (int i = 0; i < size; i++) {
            to[i] = (later[i] + BUSY_PERIOD * waits[i]) * (stalls[i] * (prefills[i] - least[i]));
        }
        narrow(to, prices.part(PricePart.SCARCITY.index()));
    }

    private void writeStarts(LoadColumns loads, byte[] starts) {
        double[] starting = loads.of(Column.STARTING);
        double[] others = loads.of(Column.WAITING_FROM_OTHERS);
        double[] before = backlog;
        double[] means = mean;
        double[] aheads = ahead;
        double[] steps = step;
        double[] memories = memory;
        int[] queue = queues;
        for (int i = 0; i < size; i++) {
            int behind = aheads[i] > steps[i] ? 1 : 0;
            int several = (starting[i] >= 3 ? 1 : 0) | (others[i] >= 1 ? 1 : 0);
            int silent = (starting[i] <= 1 ? 1 : 0) & (before[i] > 2 * means[i] ? 1 : 0);
            int queued = queue[i] | (memories[i] > 0 ? 1 : 0) | (behind & (several | silent));
            starts[i] = (byte) Math.max(queued * QUEUED, behind);
        }
    }

    private void writeOwn(PriceColumns prices) {
        float[] queue = prices.part(PricePart.QUEUE.index());
        float[] prefills = prices.part(PricePart.PREFILL.index());
        float[] adapter = prices.part(PricePart.ADAPTER.index());
        float[] memories = prices.part(PricePart.MEMORY.index());
        double[] first = prices.firstMillis();
        for (int i = 0; i < size; i++) {
            first[i] = (double) queue[i] + prefills[i] + adapter[i] + memories[i];
        }
        double[] answers = answer;
        double[] to = result;
        for (int i = 0; i < size; i++) {
            to[i] = first[i] + answers[i];
        }
        narrow(to, prices.ownMillis());
        Arrays.fill(prices.part(PricePart.SPREAD.index()), 0, size, 0);
        Arrays.fill(prices.part(PricePart.OBJECTIVE.index()), 0, size, 0);
    }

    private void narrow(double[] from, float[] to) {
        for (int i = 0; i < size; i++) {
            to[i] = (float) from[i];
        }
    }
}
