package dev.sluice.picker.routing;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.prompt.Tokenization;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.time.Ticker;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A router as a test needs it. Unless told otherwise it publishes no model, keeps no session, lets no request wait,
/// and its time stands still.
public final class RouterBuilder {
    private final Pools pools;
    private Supplier<Catalog> catalog = () -> Catalog.EMPTY;
    private Knowledge knowledge = knowledge(new TokenLearner(), new RateBook());
    private Journal journal = new Journal(1 << 20);
    private Ticker ticker = () -> 1_000;
    private InstantSource clock = InstantSource.system();
    private @Nullable SessionTokens sessions;
    private @Nullable AdmissionControl admission;
    private Tokenization tokenization = (_, _, done) -> done.accept(null);

    public RouterBuilder(Pools pools) {
        this.pools = pools;
    }

    /// What is known where no engine reports what it caches.
    public static Knowledge knowledge(TokenLearner tokens, RateBook rates) {
        return new Knowledge(new PrefixIndex(1 << 14), TokenizedPrefixes.none(), tokens, rates);
    }

    public RouterBuilder catalog(Supplier<Catalog> published) {
        catalog = published;
        return this;
    }

    public RouterBuilder knowledge(Knowledge known) {
        knowledge = known;
        return this;
    }

    public RouterBuilder journal(Journal decisions) {
        journal = decisions;
        return this;
    }

    public RouterBuilder ticker(Ticker time) {
        ticker = time;
        return this;
    }

    public RouterBuilder clock(InstantSource time) {
        clock = time;
        return this;
    }

    public RouterBuilder sessions(SessionTokens tokens) {
        sessions = tokens;
        return this;
    }

    public RouterBuilder admission(AdmissionControl control) {
        admission = control;
        return this;
    }

    public RouterBuilder tokenization(Tokenization tokenizers) {
        tokenization = tokenizers;
        return this;
    }

    public Router build() {
        return new Router(
                new RoutingData(pools, catalog, knowledge),
                new RoutingFeatures(sessions, admission, tokenization),
                journal,
                ticker,
                clock);
    }

    /// Routes a request that does not wait.
    public static Routing route(Router router, InferenceRequest request) {
        return router.route(pending(request, step -> {
            throw new AssertionError("the request has waited: " + step.get());
        }));
    }

    /// A request that is tokenized by nothing.
    static PendingRequest pending(InferenceRequest request, Resumption resumption) {
        return new PendingRequest(request, PromptBody.UNREAD, 0, resumption);
    }
}
