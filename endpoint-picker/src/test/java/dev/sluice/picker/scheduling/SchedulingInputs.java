package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Inputs of scheduling: built by hand, or drawn from a seed.
final class SchedulingInputs {
    static final RateBook RATES = new RateBook();

    private SchedulingInputs() {}

    /// A request for `prompt` at time 0.
    static SchedulingInput of(PoolSnapshot pool, PromptPrefix prompt, PrefixIndex prefixes) {
        return of(pool, request("id", work(prompt)), Target.asIs(MODEL), prefixes, 1);
    }

    static SchedulingInput of(
            PoolSnapshot pool, InferenceRequest request, Target target, PrefixIndex prefixes, long seed) {
        PromptPrefix prompt = request.work() instanceof Work.Prompted prompted ? prompted.prompt() : PromptPrefix.EMPTY;
        PrefixHits hits = new PrefixHits();
        prefixes.match(prompt, 0, pool, hits);
        return new SchedulingInput(
                priced(request, target, TokenModel.initial()),
                new PoolView(pool, hits, RATES, null),
                0,
                1_700_000_000_000L,
                seed);
    }

    /// A request in no session and without objectives.
    static PricedRequest priced(InferenceRequest request, Target target, TokenModel tokens) {
        return new PricedRequest(request, target, tokens, Pin.NONE, Objectives.NONE, false);
    }

    /// The same input, but for what a session, admission and objectives say.
    static SchedulingInput with(
            SchedulingInput input,
            Pin pin,
            @Nullable CapacityCheck capacity,
            Objectives objectives,
            boolean sheddable) {
        PricedRequest priced =
                new PricedRequest(input.request(), input.target(), input.tokens(), pin, objectives, sheddable);
        PoolView view = new PoolView(input.pool(), input.hits(), input.rates(), capacity);
        return new SchedulingInput(priced, view, input.nowNanos(), input.epochMillis(), input.seed());
    }

    /// One to twenty endpoints of two kinds with any load, some prefixes, perhaps a subset.
    static SchedulingInput random(PolicyKind policy, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Hardware[] hardware = new Hardware[random.nextInt(1, 21)];
        for (int i = 0; i < hardware.length; i++) {
            hardware[i] = random.nextInt(3) == 0 ? L40S : H100;
        }
        PoolSnapshot pool = pool(policy, hardware);
        PrefixIndex prefixes = new PrefixIndex(1 << 14);
        for (Endpoint endpoint : pool.endpoints()) {
            load(endpoint, random);
            prefixes.insert(prompt(1, random.nextInt(40)), 0, endpoint, 0);
        }
        Work work = random.nextInt(5) == 0 ? new Work.Opaque() : work(prompt(1, random.nextInt(60)));
        return of(
                pool,
                new InferenceRequest("id-" + seed, POOL, work, subset(pool, random), 0),
                Target.asIs(MODEL),
                prefixes,
                random.nextLong());
    }

    private static void load(Endpoint endpoint, SplittableRandom random) {
        for (int i = random.nextInt(4); i > 0; i--) {
            endpoint.inFlight().place(0, random.nextLong(1, 200_000_000), random.nextInt(4_000));
        }
        if (random.nextInt(5) > 0) {
            endpoint.report(new Signals(
                    random.nextInt(20),
                    random.nextInt(50),
                    new KvCache(random.nextDouble(), random.nextInt(4) == 0 ? 0 : 430_000),
                    Adapters.NONE,
                    random.nextInt(4),
                    0));
        }
    }

    private static EndpointSubset subset(PoolSnapshot pool, SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            return EndpointSubset.ANY;
        }
        Set<String> addresses = new HashSet<>(List.of("10.9.9.9:1"));
        for (Endpoint endpoint : pool.endpoints()) {
            if (random.nextBoolean()) {
                addresses.add(
                        random.nextBoolean()
                                ? endpoint.address()
                                : endpoint.id().ip());
            }
        }
        return new EndpointSubset.Only(addresses);
    }

    static Pick.Picked picked(Pick pick) {
        return switch (pick) {
            case Pick.Picked picked -> picked;
            case Pick.NoEndpoints _, Pick.SubsetEmpty _, Pick.AdapterNotServing _, Pick.TooLate _ ->
                throw new AssertionError(pick);
        };
    }

    /// The number of the endpoint that a fresh scheduler picks.
    static int pick(SchedulingInput input) {
        return input.pool()
                .endpoints()
                .indexOf(picked(new Scheduler().schedule(input)).endpoints().getFirst());
    }
}
