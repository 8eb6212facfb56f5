package dev.sluice.picker.routing.target;

import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Affinity;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.SessionClaim;
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.session.Session;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.session.TokenReading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The part of a request in a session: the endpoint that served the session before, and the token that its
/// client gets.
///
/// A token that is not valid counts as none; the client gets a new session.
public final class SessionAttempt {
    private final ModelName model;
    private final Affinity affinity;
    private final SessionTokens tokens;
    private final long id;
    private final PresentedToken presented;

    /// The token that the client presented.
    ///
    /// @param session null where none was valid
    /// @param form how it was presented
    /// @param refused why it was not valid, where it was not
    private record PresentedToken(@Nullable Session session, Form form, TokenReading.@Nullable RefusalReason refused) {}

    /// The form in which clients and the picker pass a token.
    private enum Form {
        COOKIE,
        HEADER,
        /// The client has not shown which form it keeps.
        BOTH
    }

    /// A session token issued to the client.
    ///
    /// @param cookie whether it goes into a cookie
    /// @param header whether it goes into the header for it
    /// @param secure whether the cookie is for HTTPS only
    public record IssuedToken(String token, Affinity affinity, boolean cookie, boolean header, boolean secure) {}

    private SessionAttempt(
            ModelName model, Affinity affinity, SessionTokens tokens, long id, PresentedToken presented) {
        this.model = model;
        this.affinity = affinity;
        this.tokens = tokens;
        this.id = id;
        this.presented = presented;
    }

    /// @param bindings the pools that the request may go to; empty when that is only its route's
    static SessionAttempt of(
            InferenceRequest request,
            PublishedModel model,
            Affinity affinity,
            List<PoolBinding> bindings,
            SessionTokens tokens) {
        SessionClaim claim = request.attributes().session();
        PresentedToken header = presented(claim.header(), Form.HEADER, request, model, bindings, tokens);
        PresentedToken shown = header.session() != null
                ? header
                : presented(claim.cookie(affinity.cookie()), Form.COOKIE, request, model, bindings, tokens);
        Session session = shown.session();
        PresentedToken presented = session != null || shown.refused() != null ? shown : header;
        return new SessionAttempt(model.name(), affinity, tokens, session == null ? 0 : session.id(), presented);
    }

    private static PresentedToken presented(
            @Nullable String token,
            Form form,
            InferenceRequest request,
            PublishedModel model,
            List<PoolBinding> bindings,
            SessionTokens tokens) {
        if (token == null) {
            return new PresentedToken(null, Form.BOTH, null);
        }
        return switch (tokens.read(model.name(), token)) {
            case TokenReading.Invalid(TokenReading.RefusalReason reason) -> new PresentedToken(null, Form.BOTH, reason);
            case TokenReading.Good(Session session) ->
                isOfOne(session, request.pool(), bindings)
                        ? new PresentedToken(session, form, null)
                        : new PresentedToken(null, Form.BOTH, TokenReading.RefusalReason.FOREIGN);
        };
    }

    private static boolean isOfOne(Session session, PoolId route, List<PoolBinding> bindings) {
        return session.isOf(route) || bindings.stream().anyMatch(binding -> session.isOf(binding.pool()));
    }

    /// The session has been here before.
    boolean continues() {
        return presented.session() != null;
    }

    long id() {
        return id;
    }

    /// The first request of a new session.
    SessionAttempt begun(long newId) {
        return new SessionAttempt(model, affinity, tokens, newId, presented);
    }

    public Pin pin(PoolSnapshot pool) {
        Session session = presented.session();
        if (session == null) {
            return Pin.NEW;
        }
        int position = session.positionIn(pool.id(), pool.ids());
        return position < 0 ? Pin.GONE : new Pin.At(position, affinity.mode());
    }

    /// The reason why the presented token was refused, as a label value; null where it was valid or absent.
    public @Nullable String refused() {
        TokenReading.RefusalReason reason = presented.refused();
        return reason == null ? null : reason.label();
    }

    /// The token to issue; null where the client's own stays valid for a while.
    public @Nullable IssuedToken grant(Endpoint servedBy, SessionClaim claim) {
        Session session = presented.session();
        if (session != null && session.isAt(servedBy.pool(), servedBy.id()) && !tokens.isDue(session)) {
            return null;
        }
        String token = tokens.issue(model, id, servedBy.pool(), servedBy.id(), affinity.timeToLive());
        Form form = presented.form();
        return new IssuedToken(token, affinity, form != Form.HEADER, form != Form.COOKIE, claim.isSecure());
    }
}
