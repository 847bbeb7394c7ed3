public import CoreMetrics
import Synchronization

/// Keeps metrics in memory and writes them in the Prometheus text exposition format 0.0.4.
///
/// A counter is a counter; a meter, a gauge and a recorder that does not aggregate are gauges; a timer and a recorder
/// that aggregates are histograms, a timer's in seconds. Names stay as the caller gives them (`…_total`, `…_seconds`
/// are the caller's part), except for characters that the format does not allow: they become `_`. The same label and
/// dimensions give the same handler. No value is ever removed but by a metric's `destroy()`, which ends it for all who
/// hold it.
///
/// A family has at most `MetricsConfiguration.labelSetLimit` label sets; what goes beyond is counted together, as
/// `overflow="true"`. A name that is asked for as two kinds of metric stays what it was first; a comment at the end of
/// the text names the other.
public final class MetricsRegistry: MetricsFactory, Sendable {
    /// What an answer with the text says in `Content-Type`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let configuration: MetricsConfiguration
    private let families = Mutex(MetricFamilies())

    /// A registry without metrics; it shares nothing with other registries.
    public init(_ configuration: MetricsConfiguration = MetricsConfiguration()) {
        self.configuration = configuration
    }

    /// Says what a metric means. It may be said before the metric exists; a later text replaces an earlier one.
    public func describe(_ name: String, help: String) {
        families.withLock { $0.describe(MetricName.metric(name), help: help) }
    }

    /// The text: families and series sorted. Each series is consistent in itself; together they are of almost one
    /// moment.
    public func render() -> [UInt8] {
        let (snapshots, refused) = families.withLock { ($0.snapshots(), $0.refused()) }
        var writer = ExpositionWriter()
        for family in snapshots {
            writer.family(family.name, family.kind, help: family.help)
            for series in family.series { series.write(to: &writer) }
        }
        for (name, kind) in refused {
            writer.comment("A \(kind.rawValue) \(name) is not shown: the name belongs to another metric.")
        }
        return writer.bytes
    }

    /// `render()` as text.
    public var text: String { String(decoding: render(), as: UTF8.self) }

    private func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], buckets: [Double] = []
    ) -> Series {
        let name = MetricName.metric(label)
        let labels = LabelSet(dimensions, of: Series.kind)
        return families.withLock { families in
            families.series(name, labels, limit: configuration.labelSetLimit) {
                configuration.buckets(of: name, otherwise: buckets)
            }
        }
    }

    private func remove(_ handler: AnyObject) {
        guard let series = handler as? any MetricSeries else { return }
        families.withLock { $0.remove(series) }
    }
}

extension MetricsRegistry {
    /// A counter of whole numbers; the label set that goes beyond the limit gets the one for overflow.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) as CounterSeries
    }

    /// A counter of fractions; the same series as the counter of whole numbers with this label and these dimensions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions) as CounterSeries
    }

    /// A gauge: a meter shows its last value, and may be incremented and decremented.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) as GaugeSeries
    }

    /// A histogram over `recorderBuckets` where it aggregates, else a gauge that shows the last value.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if !aggregate { return series(label, dimensions) as GaugeSeries }
        return series(label, dimensions, buckets: configuration.recorderBuckets) as HistogramSeries
    }

    /// A histogram over `timerBuckets`; nanoseconds are recorded, and seconds are shown.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, buckets: configuration.timerBuckets) as HistogramSeries
    }

    /// Removes the series for all who hold it.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    /// Removes the series for all who hold it.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    /// Removes the series for all who hold it.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    /// Removes the series for all who hold it.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    /// Removes the series for all who hold it.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
