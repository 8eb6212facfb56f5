package dev.sluice.picker.pool;

/// A server as its last readable metrics page describes it.
///
/// @param engine [Engine#DETECTED] until a page has told
/// @param ranks the engines behind its one port: those of a data-parallel group
public record ReportedServer(Engine engine, int ranks) {
    public static final ReportedServer UNREAD = new ReportedServer(Engine.DETECTED, 1);
}
