package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.model.Affinity;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.SessionClaim;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.session.Session;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.session.TokenReading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request's part in a session: which endpoint served the session before, and what its client is told.
///
/// What a client shows and that is not good counts as nothing; it gets a new session.
public final class Visit {
    private final ModelName model;
    private final Affinity affinity;
    private final SessionTokens tokens;
    private final long id;
    private final Evidence evidence;

    /// What the client showed.
    ///
    /// @param session null when nothing of it was good
    /// @param form in which it showed the session
    /// @param refused why something was not good, if something was not
    private record Evidence(@Nullable Session session, Form form, TokenReading.@Nullable Reason refused) {}

    /// How clients and the picker pass a token.
    private enum Form {
        COOKIE,
        HEADER,
        /// The client has not shown which it knows.
        BOTH
    }

    /// A token for the client to come back with.
    ///
    /// @param cookie whether it goes into a cookie
    /// @param header whether it goes into the header for it
    /// @param secure whether the cookie is for HTTPS only
    public record Grant(String token, Affinity affinity, boolean cookie, boolean header, boolean secure) {}

    private Visit(ModelName model, Affinity affinity, SessionTokens tokens, long id, Evidence evidence) {
        this.model = model;
        this.affinity = affinity;
        this.tokens = tokens;
        this.id = id;
        this.evidence = evidence;
    }

    /// @param homes the pools that the request may go to; empty when that is only its route's
    static Visit of(
            InferenceRequest request, PublishedModel model, Affinity affinity, List<Home> homes, SessionTokens tokens) {
        SessionClaim claim = request.session();
        Evidence header = evidence(claim.header(), Form.HEADER, request, model, homes, tokens);
        Evidence shown = header.session() != null
                ? header
                : evidence(claim.cookie(affinity.cookie()), Form.COOKIE, request, model, homes, tokens);
        Session session = shown.session();
        Evidence evidence = session != null || shown.refused() != null ? shown : header;
        return new Visit(model.name(), affinity, tokens, session == null ? 0 : session.id(), evidence);
    }

    private static Evidence evidence(
            @Nullable String token,
            Form form,
            InferenceRequest request,
            PublishedModel model,
            List<Home> homes,
            SessionTokens tokens) {
        if (token == null) {
            return new Evidence(null, Form.BOTH, null);
        }
        return switch (tokens.read(model.name(), token)) {
            case TokenReading.Refused(TokenReading.Reason reason) -> new Evidence(null, Form.BOTH, reason);
            case TokenReading.Good(Session session) ->
                isOfOne(session, request.pool(), homes)
                        ? new Evidence(session, form, null)
                        : new Evidence(null, Form.BOTH, TokenReading.Reason.FOREIGN);
        };
    }

    private static boolean isOfOne(Session session, PoolId route, List<Home> homes) {
        return session.isOf(route) || homes.stream().anyMatch(home -> session.isOf(home.pool()));
    }

    /// Whether the session has been here before.
    boolean continues() {
        return evidence.session() != null;
    }

    long id() {
        return id;
    }

    /// The same as the first of a session.
    Visit begun(long newId) {
        return new Visit(model, affinity, tokens, newId, evidence);
    }

    Pin pin(PoolSnapshot pool) {
        Session session = evidence.session();
        if (session == null) {
            return Pin.NEW;
        }
        for (int position = 0; position < pool.size(); position++) {
            if (session.isAt(pool.id(), pool.endpoint(position).id())) {
                return new Pin.At(position, affinity.mode());
            }
        }
        return Pin.GONE;
    }

    /// Why something that the client showed was not good, as a label value; null when nothing was wrong.
    public @Nullable String refused() {
        TokenReading.Reason reason = evidence.refused();
        return reason == null ? null : reason.label();
    }

    /// What the client gets to come back with; null when what it has is good for a while.
    @Nullable
    Grant grant(Endpoint servedBy, SessionClaim claim) {
        Session session = evidence.session();
        if (session != null && session.isAt(servedBy.pool(), servedBy.id()) && !tokens.isDue(session)) {
            return null;
        }
        String token = tokens.issue(model, id, servedBy.pool(), servedBy.id(), affinity.timeToLive());
        Form form = evidence.form();
        return new Grant(token, affinity, form != Form.HEADER, form != Form.COOKIE, claim.isSecure());
    }
}
