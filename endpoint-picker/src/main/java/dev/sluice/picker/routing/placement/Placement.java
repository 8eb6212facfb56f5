package dev.sluice.picker.routing.placement;

import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.PromptTally;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.routing.placement.EndpointReservations.Arrival;
import dev.sluice.picker.routing.target.SessionAttempt;
import dev.sluice.picker.routing.target.TargetChoice;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.SchedulingInput;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request that has an endpoint: the facts of its placement, what it holds until its end, and what it teaches.
///
/// The calls of one request come one after the other; [#end] takes effect once, however often it is called.
public final class Placement {
    private static final Phase PREFILLING = new Phase.Prefilling();
    private static final Phase OVER = new Phase.Over();

    private final PlacementFacts facts;
    private final PlacementLearning learning;
    private final PermitReservation permit;
    private EndpointReservations at;
    private Phase phase = PREFILLING;
    private @Nullable TokenUsage usage;
    /// Tokens of its answer as counted where no usage is reported; 0 where nothing was counted.
    private long countedTokens;

    /// The phase of a request at its engine, as far as the picker sees it.
    private sealed interface Phase {
        /// No token has come.
        record Prefilling() implements Phase {}

        /// The first token has come.
        ///
        /// @param queuedNanos how long the request was queued before its prefill
        /// @param tally null for work whose prompt is not read
        record Decoding(
                long sinceNanos, long queuedNanos, @Nullable TallyReservation tally) implements Phase {}

        /// The request has ended.
        record Over() implements Phase {}
    }

    private Placement(
            PlacementFacts facts, PlacementLearning learning, EndpointReservations at, PermitReservation permit) {
        this.facts = facts;
        this.learning = learning;
        this.at = at;
        this.permit = permit;
    }

    /// Places a request. Where that fails nothing is held, but the permit is still the caller's.
    public static Placement begin(
            SchedulingInput input,
            @Nullable TargetChoice choice,
            Pick.Picked picked,
            Knowledge knowledge,
            AdmissionPermit permit) {
        Endpoint endpoint = picked.endpoints().getFirst();
        int position = picked.position();
        long now = input.nowNanos();
        ExpectedWork expected = ExpectedWork.of(input, endpoint, position);
        PlacementFacts facts = new PlacementFacts(input.request(), choice, picked, input.objectives(), expected);
        PromptKnowledge prompt = choice != null && input.request().work() instanceof Work.Prompted work
                ? new PromptKnowledge(
                        knowledge, choice.target(), work, input.hits().promptTokens() > 0)
                : null;
        endpoint.recentPrompts()
                .placed(now, expected.promptTokens() - expected.cachedTokens(), expected.cachedTokens());
        EndpointReservations at =
                EndpointReservations.take(facts, prompt, endpoint, input.hits().blocks(position), Arrival.SENT, now);
        try {
            return new Placement(
                    facts,
                    new PlacementLearning(facts, knowledge, prompt),
                    at,
                    PermitReservation.take(permit, expected));
        } catch (RuntimeException | Error fault) {
            Reservation.releaseAfter(fault, PlacementEnd.left(false, now), at);
            throw fault;
        }
    }

    /// The picked endpoint, then its fallbacks.
    public List<Endpoint> endpoints() {
        return facts.endpoints();
    }

    /// The pool of the request: the picked endpoint until the proxy reports another.
    public Endpoint endpoint() {
        return at.endpoint();
    }

    public InferenceRequest request() {
        return facts.request();
    }

    public @Nullable Target target() {
        return facts.target();
    }

    /// The name of its target where its model's requests are divided among several, else null.
    public @Nullable String share() {
        TargetChoice choice = facts.choice();
        return choice != null && choice.divided() ? choice.target().served().value() : null;
    }

    /// The request's part in a session; null where its model keeps none.
    public @Nullable SessionAttempt sessionAttempt() {
        TargetChoice choice = facts.choice();
        return choice == null ? null : choice.sessionAttempt();
    }

    /// The session token that the client gets for this endpoint; null where it gets none.
    public SessionAttempt.@Nullable IssuedToken grant() {
        SessionAttempt attempt = sessionAttempt();
        return attempt == null
                ? null
                : attempt.grant(endpoint(), facts.request().attributes().session());
    }

    public Decision decision() {
        return facts.decision();
    }

    /// The latencies that the request should see.
    public Objectives objectives() {
        return facts.objectives();
    }

    public @Nullable TokenUsage usage() {
        return usage;
    }

    /// The proxy sent the request to this endpoint: the picked one, a fallback, or one that it chose itself.
    public void served(Endpoint by, long nowNanos) {
        if (phase instanceof Phase.Over || by == endpoint()) {
            return;
        }
        PromptKnowledge prompt = learning.prompt();
        int known = prompt == null ? 0 : prompt.blocks(by);
        EndpointReservations before = at;
        at = EndpointReservations.take(facts, prompt, by, known, Arrival.FOUND, nowNanos);
        try {
            before.release(PlacementEnd.left(hasFirstToken(), nowNanos));
        } finally {
            permit.permit().moved(by);
        }
    }

    /// The request may be preempted.
    public boolean isSheddable() {
        return permit.permit().isSheddable();
    }

    /// Lets the request be preempted from now on.
    ///
    /// @param end called at most once, on another thread, with the Retry-After for the client
    public void onPreempted(Consumer<Duration> end) {
        ExpectedWork expected = facts.expected();
        permit.permit()
                .onPreempted(
                        new Footprint(endpoint(), expected.prefillNanos(), expected.contextTokens(), at.placedNanos()),
                        end);
    }

    /// The first token arrived.
    public void firstToken(long nowNanos) {
        if (!(phase instanceof Phase.Prefilling)) {
            return;
        }
        long queuedNanos = at.firstToken(nowNanos);
        TallyReservation tally = null;
        try {
            PromptTally.TalliedPrompt tallied = learning.tally(at);
            tally = tallied == null ? null : new TallyReservation(tallied);
        } finally {
            phase = new Phase.Decoding(nowNanos, queuedNanos, tally);
        }
        permit.permit().firstToken();
    }

    public boolean hasFirstToken() {
        return phase instanceof Phase.Decoding;
    }

    /// The time for which its tokens have been coming; 0 where none has come.
    public long decodingNanos(long nowNanos) {
        return phase instanceof Phase.Decoding decoding ? nowNanos - decoding.sinceNanos() : 0;
    }

    /// The engine streamed an answer, counted as it passed; what it reports as usage counts before that.
    ///
    /// @param events that were sent, 0 where the answer came whole
    /// @param textBytes of content in them
    public void streamed(long events, long textBytes) {
        if (usage == null && hasFirstToken() && events > 0) {
            countedTokens = TokenModel.answerTokens(events, textBytes);
        }
    }

    /// The engine reported what the request used.
    public void used(TokenUsage reported) {
        usage = reported;
    }

    /// The request is over: all that it holds is released, then it teaches. A fault in a release is thrown once
    /// nothing is held any more.
    ///
    /// @param answered whether the engine answered it, so that its prompt is in the engine's cache
    /// @return whether this call ended it
    public boolean end(boolean answered, long nowNanos) {
        if (phase instanceof Phase.Over) {
            return false;
        }
        PlacementEnd end = new PlacementEnd(answered, hasFirstToken(), usage, countedTokens, nowNanos);
        Phase before = phase;
        phase = OVER;
        switch (before) {
            case Phase.Decoding decoding -> {
                Reservation.releaseAll(end, at, decoding.tally(), permit);
                learn(end, decoding.queuedNanos());
            }
            case Phase.Prefilling _ -> {
                Reservation.releaseAll(end, at, permit);
                learn(end, 0);
            }
            case Phase.Over _ -> {}
        }
        return true;
    }

    private void learn(PlacementEnd end, long queuedNanos) {
        if (end.answered()) {
            learning.answered(at, end, queuedNanos);
        }
    }
}
