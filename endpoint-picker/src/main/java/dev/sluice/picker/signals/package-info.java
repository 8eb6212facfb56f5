/// Two event loops that poll what tells of endpoints: [EnginePoller] the engines, [SourcePoller] DCGM exporters
/// and Prometheus servers.
@NullMarked
package dev.sluice.picker.signals;

import org.jspecify.annotations.NullMarked;
