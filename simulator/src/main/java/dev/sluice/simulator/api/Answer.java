package dev.sluice.simulator.api;

/// The facts that all dialects tell about the answer to one request.
///
/// @param id without the API's prefix
/// @param created seconds since the epoch
/// @param model the name that the client asked for
/// @param finishReason `stop` or `length`
/// @param includeUsage whether a stream ends with the usage
record Answer(String id, long created, String model, String finishReason, boolean includeUsage) {

    boolean cutOff() {
        return finishReason.equals("length");
    }
}
