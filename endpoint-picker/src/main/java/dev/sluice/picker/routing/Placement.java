package dev.sluice.picker.routing;

import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.model.Decision;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Objectives;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.TokenUsage;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PromptTally;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.SchedulingInput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request that has an endpoint: counts it as work in flight there, and fans out what it teaches on its way to its
/// end.
///
/// The calls of one request come one after the other; [#end] takes effect once, however often it is called.
public final class Placement {
    /// What a request whose body is not seen is assumed to hold; nearly nothing, so that it is counted and no more.
    private static final Burden OPAQUE = new Burden(0, 0);

    /// Prompt tokens that an engine computes in one step at most: vLLM's default on large GPUs.
    private static final double STEP_TOKENS = 8_192;
    /// Prompts that wait at the same time are computed in the same step, so a short one costs those behind it less
    /// than a step; how much less, the lab said.
    private static final double LEAST_STEPS = 0.3;

    private final InferenceRequest request;
    private final @Nullable Target target;
    private final boolean divided;
    private final @Nullable SessionAttempt sessionAttempt;
    private final List<Endpoint> endpoints;
    private final Decision decision;
    private final Knowledge knowledge;
    private final AdmissionPermit permit;
    private final Burden burden;
    private final Objectives objectives;
    private final Timing.Expectation expected;
    private final long outputTokens;
    private final @Nullable PromptKnowledge prompt;

    private Endpoint endpoint;
    private int knownBlocks;
    private long placedNanos;
    /// To its first token.
    private long expectedNanos;
    /// What of the time to its first token was not its own prefill, as far as that is known.
    private long queuedNanos;
    private long predictedFirstToken;
    private @Nullable Timing timing;
    private PromptTally.@Nullable TalliedPrompt computed;
    private boolean started;
    private boolean ended;
    private @Nullable TokenUsage usage;
    /// Tokens of its answer as counted where no usage is reported; 0 where nothing was counted.
    private long counted;

    /// How much one request weighs on its endpoint.
    private record Burden(long prefillNanos, long tokens) {}

    /// Whether a request goes to an endpoint now, or was found to be there.
    private enum Arrival {
        SENT,
        FOUND
    }

    private Placement(
            SchedulingInput input,
            @Nullable TargetChoice choice,
            Pick.Picked picked,
            Knowledge knowledge,
            AdmissionPermit permit) {
        this.request = input.request();
        this.target = input.target();
        this.divided = choice != null && choice.divided();
        this.sessionAttempt = choice == null ? null : choice.sessionAttempt();
        this.endpoints = picked.endpoints();
        this.decision = picked.decision();
        this.knowledge = knowledge;
        this.permit = permit;
        this.objectives = input.objectives();
        this.endpoint = endpoints.getFirst();
        this.prompt = target != null && request.work() instanceof Work.Prompted work
                ? new PromptKnowledge(knowledge, target, work, input.hits().promptTokens() > 0)
                : null;
        this.outputTokens = request.work() instanceof Work.Prompted work
                ? (long) input.tokens().outputTokens(work.maxTokens())
                : 0;
        this.burden = switch (request.work()) {
            case Work.Opaque _ -> OPAQUE;
            case Work.Prompted work -> burden(input, work, endpoint, picked.position());
        };
        this.expected =
                new Timing.Expectation(input.promptTokens(), input.cachedTokens(picked.position()), burden.tokens());
    }

    static Placement begin(
            SchedulingInput input,
            @Nullable TargetChoice choice,
            Pick.Picked picked,
            Knowledge knowledge,
            AdmissionPermit permit) {
        Placement placement = new Placement(input, choice, picked, knowledge, permit);
        Timing.Expectation expected = placement.expected;
        Endpoint chosen = placement.endpoint;
        long now = input.nowNanos();
        chosen.recentPrompts().placed(now, expected.promptTokens() - expected.cachedTokens(), expected.cachedTokens());
        placement.occupy(chosen, input.hits().blocks(picked.position()), Arrival.SENT, now);
        placement.enter(now);
        return placement;
    }

    /// Whoever asked for the placement does not have it yet: what fails until then is released here.
    private void enter(long nowNanos) {
        try {
            if (prompt != null) {
                prompt.expect(endpoint, knownBlocks);
            }
            permit.charge(uncachedTokens(), outputTokens);
        } catch (RuntimeException | Error fault) {
            ended = true;
            release(false, nowNanos);
            throw fault;
        }
    }

    /// The prefill, and its share of the engine steps of the running batch that go with it.
    private static Burden burden(SchedulingInput input, Work.Prompted work, Endpoint endpoint, int position) {
        Rates rates = input.ratesOf(endpoint);
        double prompt = input.promptTokens();
        double cached = input.cachedTokens(position);
        InFlight own = endpoint.inFlight();
        double steps = Math.clamp((prompt - cached) / STEP_TOKENS, LEAST_STEPS, 1);
        double millis = rates.prefillMillis(prompt, cached, own.requests())
                + steps * rates.stepMillis(own.requests(), own.contextTokens());
        double held = prompt + input.tokens().outputTokens(work.maxTokens()) / 2;
        return new Burden((long) (millis * TimeUnit.MILLISECONDS.toNanos(1)), (long) held);
    }

    /// The picked endpoint, and those to fall back on.
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /// Where the request is: the picked endpoint until the proxy reports another.
    public Endpoint endpoint() {
        return endpoint;
    }

    public InferenceRequest request() {
        return request;
    }

    public @Nullable Target target() {
        return target;
    }

    /// The name of its target where its model's requests are divided among several, else null.
    public @Nullable String share() {
        return divided && target != null ? target.served().value() : null;
    }

    /// Its part in a session; null where its model keeps none.
    public @Nullable SessionAttempt sessionAttempt() {
        return sessionAttempt;
    }

    /// What its client gets to come back to the endpoint with, or null for nothing.
    public SessionAttempt.@Nullable IssuedToken grant() {
        return sessionAttempt == null ? null : sessionAttempt.grant(endpoint, request.session());
    }

    public Decision decision() {
        return decision;
    }

    /// The latencies that it should see.
    public Objectives objectives() {
        return objectives;
    }

    public @Nullable TokenUsage usage() {
        return usage;
    }

    /// The proxy used this endpoint: one of the fallbacks, perhaps, or another that it chose itself.
    public void served(Endpoint by, long nowNanos) {
        if (ended || by == endpoint) {
            return;
        }
        Endpoint before = endpoint;
        int knownBefore = knownBlocks;
        int known = prompt == null ? 0 : prompt.blocks(by);
        vacate(nowNanos);
        withdraw(nowNanos);
        occupy(by, known, Arrival.FOUND, nowNanos);
        permit.moved(by);
        if (prompt != null) {
            prompt.leave(before, knownBefore, started);
            prompt.expect(by, known);
        }
    }

    /// Whether the request may have to give way to others.
    public boolean isSheddable() {
        return permit.isSheddable();
    }

    /// How the request can be ended where others need its place; before this it never is.
    ///
    /// @param end told once at most, on another thread, after what time the client is to try again
    public void endedBy(Consumer<Duration> end) {
        permit.endedBy(new Footprint(endpoint, burden.prefillNanos(), burden.tokens(), placedNanos), end);
    }

    /// The first token arrived.
    public void firstToken(long nowNanos) {
        if (started || ended) {
            return;
        }
        started = true;
        showedPrefill(nowNanos);
        if (timing != null) {
            timing.firstToken(nowNanos);
        }
        permit.firstToken();
    }

    /// Its prefill is done: just now, or, where an answer came whole, some time ago.
    private void showedPrefill(long nowNanos) {
        InFlight inFlight = endpoint.inFlight();
        long waited = nowNanos - placedNanos;
        queuedNanos = started
                ? Math.max(0, waited - burden.prefillNanos())
                : Math.clamp(expectedNanos - burden.prefillNanos(), 0, Math.max(0, waited - burden.prefillNanos()));
        if (started || waited < expectedNanos) {
            inFlight.firstToken(nowNanos, predictedFirstToken);
        }
        inFlight.waited(waited, expectedNanos);
        if (started) {
            inFlight.queued(waited, expectedNanos, burden.prefillNanos());
        }
        if (target != null && request.work() instanceof Work.Prompted work) {
            computed =
                    endpoint.prompts().firstToken(target.served(), work.prompt().contentBytes());
        }
    }

    /// The engine streamed an answer, counted as it passed; what it reports as usage counts before that.
    ///
    /// @param events that were sent, 0 where the answer came whole
    /// @param textBytes of content in them
    public void streamed(long events, long textBytes) {
        if (usage == null && started && events > 0) {
            counted = TokenModel.answerTokens(events, textBytes);
        }
    }

    /// The engine reported what the request used.
    public void used(TokenUsage reported) {
        usage = reported;
    }

    /// The request is over: what it holds is released first, then it teaches. Whatever fails in that is thrown once
    /// all is released.
    ///
    /// @param answered whether the engine answered it, so that its prompt is in the engine's cache
    /// @return whether this call ended it
    public boolean end(boolean answered, long nowNanos) {
        if (ended) {
            return false;
        }
        ended = true;
        BatchIntegrals.Entry last = release(answered, nowNanos);
        if (prompt == null) {
            return true;
        }
        if (answered) {
            prompt.settle(endpoint);
            learn(prompt, last);
        } else {
            prompt.leave(endpoint, knownBlocks, started);
        }
        return true;
    }

    /// Counts the request no more, anywhere.
    ///
    /// @return the endpoint's ledger as of its end; null for work that is not seen
    private BatchIntegrals.@Nullable Entry release(boolean answered, long nowNanos) {
        try {
            BatchIntegrals.Entry last = vacate(nowNanos);
            if (!answered) {
                withdraw(nowNanos);
            } else {
                if (!started && timing != null) {
                    showedPrefill(nowNanos);
                }
                endpoint.residence().ended(nowNanos - placedNanos - queuedNanos);
            }
            settleAccount();
            if (computed != null) {
                computed.ended(usage);
            }
            return last;
        } finally {
            permit.ended(nowNanos);
        }
    }

    private long uncachedTokens() {
        return (long) (expected.promptTokens() - expected.cachedTokens());
    }

    /// What an engine does not report is taken to be as expected; of an answer that never began only the prompt
    /// counts.
    private void settleAccount() {
        if (usage != null && usage.cachedTokens() != TokenUsage.UNKNOWN) {
            permit.charge(usage.promptTokens() - usage.cachedTokens(), usage.completionTokens());
        } else if (usage != null) {
            permit.charge(uncachedTokens(), usage.completionTokens());
        } else if (counted > 0) {
            permit.charge(uncachedTokens(), counted);
        } else if (!started) {
            permit.charge(uncachedTokens(), 0);
        }
    }

    private void learn(PromptKnowledge from, BatchIntegrals.@Nullable Entry last) {
        TokenUsage used = usage != null ? usage : counted();
        if (used == null) {
            return;
        }
        if (timing != null && last != null) {
            timing.observe(used, last, knowledge.rates());
        }
        if (usage != null) {
            from.learn(endpoint, knownBlocks, usage);
        } else {
            from.learn(endpoint, counted);
        }
    }

    /// What a stream without usage is taken to have used: its prompt as estimated from its bytes.
    private @Nullable TokenUsage counted() {
        return counted > 0 ? new TokenUsage(Math.round(expected.promptTokens()), counted, TokenUsage.UNKNOWN) : null;
    }

    private void occupy(Endpoint by, int known, Arrival arrival, long nowNanos) {
        endpoint = by;
        knownBlocks = known;
        placedNanos = nowNanos;
        predictedFirstToken = by.inFlight().place(nowNanos, burden.prefillNanos(), burden.tokens());
        expectedNanos = by.inFlight().prefillBacklogNanos(nowNanos);
        if (objectives.hasTpot()) {
            by.tpotTargets().add(objectives.tpotMillis());
        }
        if (target != null && request.work() instanceof Work.Prompted work) {
            boolean direct = arrival == Arrival.SENT && isLoaded(target.adapter(), by);
            timing = new Timing(by, expected, work.stream(), direct, nowNanos);
        }
    }

    private static boolean isLoaded(@Nullable ModelName adapter, Endpoint endpoint) {
        Signals signals = endpoint.signals();
        return adapter == null
                || (signals != null && signals.adapters().running().contains(adapter.value()));
    }

    /// @return the endpoint's ledger without the request; null for work that is not seen
    private BatchIntegrals.@Nullable Entry vacate(long nowNanos) {
        endpoint.inFlight().release(burden.tokens());
        if (objectives.hasTpot()) {
            endpoint.tpotTargets().remove(objectives.tpotMillis());
        }
        return timing == null ? null : timing.end(nowNanos);
    }

    /// A prompt that has not been computed will not be.
    private void withdraw(long nowNanos) {
        if (!started) {
            endpoint.inFlight().withdraw(nowNanos, burden.prefillNanos());
        }
    }
}
