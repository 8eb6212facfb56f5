package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.ObservationConstants.FEWEST_TOTAL_STEPS;
import static dev.sluice.picker.constants.ObservationConstants.FEWEST_UNREPORTED;
import static dev.sluice.picker.constants.ObservationConstants.LONGEST_SPAN_NANOS;
import static dev.sluice.picker.constants.ObservationConstants.LONGEST_STEP_SECONDS;
import static dev.sluice.picker.constants.ObservationConstants.MOST_SPAN_PROMPTS;
import static dev.sluice.picker.constants.ObservationConstants.OWN_STEPS_SUFFICE_NANOS;
import static dev.sluice.picker.constants.ObservationConstants.PROMPTS_PER_ERROR;
import static dev.sluice.picker.constants.ObservationConstants.SHORTEST_STEP_SECONDS;
import static dev.sluice.picker.constants.ObservationConstants.SPAN_PROMPTS;
import static dev.sluice.picker.constants.ObservationConstants.TEACHING_NANOS;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PromptTally;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.Signals;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Learns rates and bytes per token from an engine's counters.
///
/// The counters show what this picker's streams and their `usage` do not.
///
/// **Bytes per token.** Over a span in which the engine computed as many prompts as this picker knows of, and
/// no others, its prompt tokens are those of these prompts' bytes. Requests whose usage was reported have
/// taught it already and are taken out on both sides, once all of the span have ended; the rest teaches where
/// it was for one model and is most of the span.
///
/// **Step times.** The times between tokens, summed over all answers, are steps of the batch that ran
/// meanwhile, whoever sent it. Pages between which a prompt was counted are left out, and those just before,
/// for the prompt was computed in the steps that they saw. Where this picker's own answers have taught the
/// hardware's steps within a minute, nothing is taken from the totals. Per token, not per step, as answers are
/// observed: an engine that speculates makes several in one.
///
/// One thread hands over the pages.
public final class EngineWitness {
    private static final int MOST_OPEN_SPANS = 64;

    private final Endpoint endpoint;
    private final TokenLearner tokens;
    private final RateBook rates;
    private final Queue<CountedInterval> openSpans = new ArrayDeque<>();

    private @Nullable CounterPage last;
    private @Nullable CounterPage begun;
    /// Of the last two pages, until the next shows whether a prompt was being computed.
    private Steps doubtful = Steps.NONE;
    private Steps certain = Steps.NONE;
    private long taughtNanos;
    private long ownSteps;
    private @Nullable Long ownStepsNanos;

    private record CounterPage(EngineTotals totals, Signals signals) {
        boolean isOurs() {
            return signals.requestsFromOthers() == 0;
        }
    }

    /// A span with the prompt tokens that the engine counted in it.
    private record CountedInterval(PromptTally.Span span, double promptTokens) {}

    /// Sums over the steps, each weighted with the answers that it served.
    private record Steps(double seconds, double tokens, double batch, double context) {
        static final Steps NONE = new Steps(0, 0, 0, 0);

        Steps and(Steps other) {
            return new Steps(
                    seconds + other.seconds, tokens + other.tokens, batch + other.batch, context + other.context);
        }
    }

    public EngineWitness(Endpoint endpoint, TokenLearner tokens, RateBook rates) {
        this.endpoint = endpoint;
        this.tokens = tokens;
        this.rates = rates;
        this.ownSteps = rates.ownSteps(endpoint.hardware());
    }

    /// The engine's page was read, and the endpoint has its signals.
    public void counted(EngineTotals totals) {
        Signals signals = endpoint.signals();
        if (signals == null) {
            return;
        }
        CounterPage page = new CounterPage(totals, signals);
        CounterPage before = last;
        last = page;
        if (before == null || !totals.continues(before.totals())) {
            begin(page);
            taughtNanos = signals.atNanos();
            doubtful = Steps.NONE;
        } else {
            prompts(page);
            steps(before, page);
        }
        openSpans.removeIf(this::teach);
    }

    private PromptTally.Span begin(CounterPage page) {
        begun = page;
        return endpoint.prompts().cut();
    }

    private void prompts(CounterPage page) {
        CounterPage from = begun;
        int known = endpoint.prompts().prompts();
        if (from == null || known == 0 || !from.isOurs()) {
            begin(page);
            return;
        }
        EngineTotals growth = page.totals().since(from.totals());
        boolean agreed = page.isOurs() && Math.abs(growth.prompts() - known) * PROMPTS_PER_ERROR <= known;
        if (known >= SPAN_PROMPTS && agreed && growth.promptTokens() > 0) {
            openSpans.add(new CountedInterval(begin(page), growth.promptTokens()));
            if (openSpans.size() > MOST_OPEN_SPANS) {
                openSpans.remove();
            }
        } else if (known >= MOST_SPAN_PROMPTS
                || page.signals().atNanos() - from.signals().atNanos() > LONGEST_SPAN_NANOS) {
            begin(page);
        }
    }

    /// @return whether nothing more is to be learned from it
    private boolean teach(CountedInterval counted) {
        PromptTally.Unreported rest = counted.span().unreported();
        if (rest == null) {
            return false;
        }
        if (rest.model() != null && rest.prompts() >= Math.max(FEWEST_UNREPORTED, rest.reported())) {
            long promptTokens = Math.round(counted.promptTokens()) - rest.reportedTokens();
            tokens.observePrompts(rest.model(), rest.bytes(), promptTokens, rest.prompts());
        }
        return true;
    }

    private void steps(CounterPage before, CounterPage page) {
        long now = page.signals().atNanos();
        if (ownStepsSuffice(now)) {
            doubtful = Steps.NONE;
            certain = Steps.NONE;
            return;
        }
        EngineTotals growth = page.totals().since(before.totals());
        boolean undisturbed = growth.promptTokens() == 0 && endpoint.integrals().prefilling() == 0;
        certain = undisturbed ? certain.and(doubtful) : certain;
        doubtful = undisturbed ? steps(growth, before.signals(), page.signals()) : Steps.NONE;
        if (certain.tokens() >= FEWEST_TOTAL_STEPS && now - taughtNanos >= TEACHING_NANOS) {
            taughtNanos = now;
            teach(certain);
            certain = Steps.NONE;
        }
    }

    private boolean ownStepsSuffice(long now) {
        long taught = rates.ownSteps(endpoint.hardware());
        if (taught != ownSteps) {
            ownSteps = taught;
            ownStepsNanos = now;
        }
        return ownStepsNanos != null && now - ownStepsNanos < OWN_STEPS_SUFFICE_NANOS;
    }

    private Steps steps(EngineTotals growth, Signals from, Signals to) {
        double each = growth.stepSeconds() / growth.steps();
        double batch = (from.running() + to.running()) / 2.0;
        double context = (context(from) + context(to)) / 2;
        // Those that are seen at neither end came and went.
        boolean known = batch > 0 && context > 0 && each >= SHORTEST_STEP_SECONDS && each <= LONGEST_STEP_SECONDS;
        if (!known) {
            return Steps.NONE;
        }
        double generated = Math.max(growth.steps(), growth.generatedTokens() > 0 ? growth.generatedTokens() : 0);
        return new Steps(growth.stepSeconds(), generated, generated * batch, generated * context);
    }

    /// The tokens that the running requests hold: as the engine says, else like this picker's own.
    private double context(Signals signals) {
        int own = endpoint.inFlight().requests();
        if (signals.kvCache().capacityTokens() > 0) {
            return signals.kvCache().usedTokens();
        }
        return own == 0 ? 0 : (double) endpoint.inFlight().contextTokens() / own * signals.running();
    }

    private void teach(Steps steps) {
        rates.witness(
                endpoint.hardware(),
                new Observation.Decode(
                        steps.seconds() * TimeUnit.SECONDS.toMillis(1) / endpoint.slowness(),
                        steps.tokens(),
                        steps.batch() / steps.tokens(),
                        steps.context() / steps.tokens(),
                        0,
                        0));
    }
}
