package dev.sluice.standalone.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The shape of a chat workload: how many sessions, how long their prompts and answers, how patient their
/// users.
///
/// Lengths are tokens of about four bytes. Medians and spreads describe log-normal distributions, the shape that
/// published chat traces have; [#demo] takes the lengths of single turns from ShareGPT (prompts of a few dozen to
/// a few hundred tokens, answers of about two hundred).
///
/// @param streamShare the share of requests that stream
public record ChatShape(
        Assistants assistants,
        Documents documents,
        MessageTokens messageTokens,
        Conversation conversation,
        double streamShare,
        SessionArrivals sessions) {

    /// The assistants that users talk to.
    ///
    /// @param models the model of each, in turn: a name that stands there twice gets twice the assistants
    /// @param count how many system prompts there are; sessions choose among them by Zipf's law
    /// @param systemTokens length of a system prompt, uniform between the two
    public record Assistants(List<String> models, int count, Range systemTokens) {

        public Assistants {
            models = List.copyOf(models);
        }
    }

    /// The documents that users paste.
    ///
    /// @param share of the sessions, which begin with one
    public record Documents(double share, LogNormal tokens) {}

    /// The lengths of messages.
    public record MessageTokens(LogNormal question, LogNormal answer) {}

    /// The conversation of a session: its turns, and the time between them.
    ///
    /// @param meanTurns geometric, capped at `maxTurns`
    /// @param meanThink between an answer and the next question; exponential
    public record Conversation(double meanTurns, int maxTurns, Duration meanThink) {}

    /// The arrivals of sessions.
    ///
    /// @param perSecond Poisson arrivals
    /// @param open arrive in the first [ChatShape#OPENING], as if they had been there before
    public record SessionArrivals(double perSecond, int open) {}

    /// The time in which the sessions arrive that are there from the beginning.
    public static final Duration OPENING = Duration.ofSeconds(8);

    /// Both ends included.
    public record Range(int low, int high) {}

    /// @param median half of the draws are below
    /// @param sigma the standard deviation of the logarithm
    /// @param max what longer draws are cut to
    public record LogNormal(int median, double sigma, int max) {}

    /// The demo's shape, for four H100s of an 8B model.
    ///
    /// Twenty assistants with system prompts of one to two thousand tokens, six turns to a session, and a
    /// pasted document in three of five sessions: prompts of some four thousand tokens in the mean, as in
    /// services of agents and documents; ShareGPT itself records neither. Without prefix caches it would ask
    /// for about four fifths of what the fleet carries.
    public static ChatShape demo(String model, List<String> adapters) {
        List<String> models = new ArrayList<>(List.of(model, model, model));
        models.addAll(adapters);
        return new ChatShape(
                new Assistants(models, 20, new Range(1_000, 2_000)),
                new Documents(0.6, new LogNormal(2_500, 0.6, 8_000)),
                new MessageTokens(new LogNormal(70, 1.0, 1_000), new LogNormal(160, 0.7, 600)),
                new Conversation(6, 16, Duration.ofSeconds(3)),
                0.8,
                new SessionArrivals(5, 150));
    }

    ChatShape withSessions(double perSecond, int open) {
        return new ChatShape(
                assistants, documents, messageTokens, conversation, streamShare, new SessionArrivals(perSecond, open));
    }
}
