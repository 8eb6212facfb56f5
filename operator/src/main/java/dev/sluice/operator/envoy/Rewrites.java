package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan.Action.Redirect;
import dev.sluice.operator.plan.Plan.Header;
import dev.sluice.operator.plan.Plan.HeaderChange;
import dev.sluice.operator.plan.Plan.PathChange;
import dev.sluice.operator.plan.Plan.Rewrite;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The changes that routes make to a request, in Envoy's words: its host, its path, and headers.
final class Rewrites {

    private Rewrites() {}

    static void apply(Rewrite rewrite, RouteAction.Builder route) {
        if (rewrite.hostname() != null) {
            route.setHostRewriteLiteral(rewrite.hostname());
        }
        if (rewrite.path() != null) {
            route.setRegexRewrite(path(rewrite.path()));
        }
    }

    static RedirectAction redirect(Redirect redirect) {
        RedirectAction.Builder action = RedirectAction.newBuilder().setResponseCode(code(redirect.status()));
        if (redirect.scheme() != null) {
            action.setSchemeRedirect(redirect.scheme());
        }
        if (redirect.hostname() != null) {
            action.setHostRedirect(redirect.hostname());
        }
        if (redirect.port() != null) {
            action.setPortRedirect(redirect.port());
        }
        if (redirect.path() != null) {
            action.setRegexRewrite(path(redirect.path()));
        }
        return action.build();
    }

    static List<HeaderValueOption> headers(HeaderChange change) {
        return Stream.concat(
                        change.set().stream()
                                .map(header -> option(header, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)),
                        change.add().stream().map(header -> option(header, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)))
                .toList();
    }

    /// Prefixes are of whole path elements, and what follows one keeps the slash that it begins with: a replaced
    /// prefix neither doubles a slash nor loses the last one.
    private static RegexMatchAndSubstitute path(PathChange change) {
        return switch (change) {
            case PathChange.Full(String path) -> substitute("^.*$", path);
            case PathChange.Prefix(String prefix, String replacement) -> {
                String from = withoutLastSlash(prefix);
                String to = withoutLastSlash(replacement);
                yield to.isEmpty() ? substitute("^" + quoted(from) + "/*", "/") : substitute("^" + quoted(from), to);
            }
        };
    }

    private static String quoted(String literal) {
        return literal.isEmpty() ? "" : Pattern.quote(literal);
    }

    private static String withoutLastSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static RegexMatchAndSubstitute substitute(String regex, String path) {
        return RegexMatchAndSubstitute.newBuilder()
                .setPattern(RegexMatcher.newBuilder().setRegex(regex))
                .setSubstitution(path.replace("\\", "\\\\"))
                .build();
    }

    /// In Envoy's values a percent sign begins a variable.
    private static HeaderValueOption option(Header header, HeaderAppendAction action) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder()
                        .setKey(header.name())
                        .setValue(header.value().replace("%", "%%")))
                .setAppendAction(action)
                .build();
    }

    private static RedirectResponseCode code(int status) {
        return switch (status) {
            case 301 -> RedirectResponseCode.MOVED_PERMANENTLY;
            case 303 -> RedirectResponseCode.SEE_OTHER;
            case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
            case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
            default -> RedirectResponseCode.FOUND;
        };
    }
}
