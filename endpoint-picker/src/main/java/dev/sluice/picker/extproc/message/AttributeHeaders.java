package dev.sluice.picker.extproc.message;

import com.google.protobuf.ByteString;
import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.RequestAttributes;
import dev.sluice.picker.request.SessionClaim;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import org.jspecify.annotations.Nullable;

/// Reads a request's attributes from its headers; a header's newer name counts before its older one.
final class AttributeHeaders {
    private static final ByteString HTTPS = ByteString.copyFromUtf8("https");

    private final HeaderMap headers;
    private String objective = "";
    private String oldObjective = "";
    private String fairnessId = "";
    private String oldFairnessId = "";
    private String key = "";
    private String rewrite = "";
    private String oldRewrite = "";
    private double ttft = Double.POSITIVE_INFINITY;
    private double oldTtft = Double.POSITIVE_INFINITY;
    private double tpot = Double.POSITIVE_INFINITY;
    private double oldTpot = Double.POSITIVE_INFINITY;

    private @Nullable HeaderMap session;
    private boolean https;
    private boolean forwarded;

    AttributeHeaders(HeaderMap headers) {
        this.headers = headers;
    }

    void read(HeaderValue header) {
        switch (header.getKey()) {
            case Headers.OBJECTIVE -> objective = RequestHead.value(header);
            case Headers.OLD_OBJECTIVE -> oldObjective = RequestHead.value(header);
            case Headers.FAIRNESS_ID -> fairnessId = RequestHead.value(header);
            case Headers.OLD_FAIRNESS_ID -> oldFairnessId = RequestHead.value(header);
            case Headers.SLO_TTFT -> ttft = millis(header);
            case Headers.OLD_SLO_TTFT -> oldTtft = millis(header);
            case Headers.SLO_TPOT -> tpot = millis(header);
            case Headers.OLD_SLO_TPOT -> oldTpot = millis(header);
            case Headers.MODEL_REWRITE -> rewrite = RequestHead.value(header);
            case Headers.OLD_MODEL_REWRITE -> oldRewrite = RequestHead.value(header);
            case Headers.AUTHORIZATION -> key = RequestHead.value(header);
            case Headers.SCHEME -> https = forwarded ? https : isHttps(header);
            case Headers.FORWARDED_PROTO -> {
                forwarded = true;
                https = isHttps(header);
            }
            case Headers.COOKIE, Headers.SESSION -> session = headers;
            default -> {}
        }
    }

    /// Makes no text of what is hardly ever asked.
    private static boolean isHttps(HeaderValue header) {
        return header.getRawValue().equals(HTTPS) || header.getValue().equals("https");
    }

    RequestAttributes attributes() {
        String named = first(fairnessId, oldFairnessId);
        String tenant = named.isEmpty() ? ofKey() : named;
        String wanted = first(objective, oldObjective);
        Objectives latencies = objectives();
        String served = first(rewrite, oldRewrite);
        return tenant.isEmpty() && wanted.isEmpty() && latencies.isNone() && served.isEmpty() && !showsSession()
                ? RequestAttributes.NONE
                : new RequestAttributes(
                        wanted, tenant, 0, latencies, served.isEmpty() ? null : new ModelName(served), session());
    }

    private boolean showsSession() {
        return session != null || https;
    }

    private SessionClaim session() {
        return showsSession() ? new SessionHeaders(session, https) : SessionClaim.NONE;
    }

    private Objectives objectives() {
        double first = ttft < Double.POSITIVE_INFINITY ? ttft : oldTtft;
        double each = tpot < Double.POSITIVE_INFINITY ? tpot : oldTpot;
        return first == Double.POSITIVE_INFINITY && each == Double.POSITIVE_INFINITY
                ? Objectives.NONE
                : new Objectives(first, each);
    }

    /// A text that is no positive number counts as no objective, for upstream's clients expect that.
    private static double millis(HeaderValue header) {
        try {
            double millis = Double.parseDouble(RequestHead.value(header));
            return millis > 0 ? millis : Double.POSITIVE_INFINITY;
        } catch (NumberFormatException _) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private static String first(String newer, String older) {
        return newer.isEmpty() ? older : newer;
    }

    /// Keys themselves are kept nowhere; two that have one hash only share an account.
    private String ofKey() {
        return key.isEmpty() ? "" : "key-" + Long.toHexString(Hashing.text(key));
    }
}
