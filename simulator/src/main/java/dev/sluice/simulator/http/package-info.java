/// HTTP/1.1 and HTTP/2 (prior knowledge) on one port: requests in, answers and streams out.
///
/// Read first: [dev.sluice.simulator.http.HttpListener], [dev.sluice.simulator.http.Routes],
/// [dev.sluice.simulator.http.Exchange].
@NullMarked
package dev.sluice.simulator.http;

import org.jspecify.annotations.NullMarked;
