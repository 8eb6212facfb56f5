/// Outgoing HTTP/1.1: requests to engines, DCGM exporters and Prometheus servers. Each has a bound on its body
/// and a deadline for the whole answer.
///
/// Read first: [HttpConnection], which streams one answer after the other; [HttpClient], which collects whole
/// ones.
@NullMarked
package dev.sluice.picker.http;

import org.jspecify.annotations.NullMarked;
