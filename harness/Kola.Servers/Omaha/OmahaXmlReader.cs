using System.Globalization;
using System.Xml;

namespace Kola.Servers.Omaha;

/// <summary>Reads a request's XML. What a client says besides is passed over.</summary>
internal static class OmahaXmlReader
{
    /// <summary>No document type: entities could grow without bound, or name files and servers.</summary>
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        CloseInput = false,
    };

    /// <summary>One report for each application.</summary>
    /// <exception cref="InvalidDataException">It is no request of the protocol; the message says what was expected.</exception>
    public static IReadOnlyList<OmahaReport> Read(Stream xml)
    {
        try
        {
            using var reader = XmlReader.Create(xml, Settings);
            if (reader.MoveToContent() != XmlNodeType.Element || reader.Name != "request")
                throw new InvalidDataException($"the root element is {reader.Name}; expected request");
            if (reader.GetAttribute("protocol") is var protocol && protocol is null or not ['3', '.', ..])
                throw new InvalidDataException($"request has protocol \"{protocol}\"; expected 3.0");
            var reports = new List<OmahaReport>();
            using var request = reader.ReadSubtree();
            request.Read();
            while (request.Read())
                if (request is { NodeType: XmlNodeType.Element, Depth: 1, Name: "app" })
                    reports.Add(ReadApp(request));
            // What follows the request must be well-formed, too.
            request.Close();
            while (reader.Read()) { }
            return reports is [] ? throw new InvalidDataException("request has no app; expected at least one") : reports;
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"the request is not XML without a document type: {e.Message}", e);
        }
    }

    private static OmahaReport ReadApp(XmlReader request)
    {
        var (app, machine, version) = (Required(request, "appid"), Required(request, "machineid"), request.GetAttribute("version") ?? "");
        var report = new OmahaReport { App = app, Machine = machine, Group = request.GetAttribute("track"), Version = version, BootId = request.GetAttribute("bootid"), Check = false, Ping = false, Events = [] };
        var events = new List<OmahaEvent>();
        using var content = request.ReadSubtree();
        content.Read();
        while (content.Read())
        {
            if (content is not { NodeType: XmlNodeType.Element, Depth: 1 })
                continue;
            report = content.Name switch
            {
                "ping" => report with { Ping = true },
                "updatecheck" => report with { Check = true },
                "event" => report with { EventElements = report.EventElements + 1 },
                _ => report,
            };
            if (content.Name == "event" && ReadEvent(content) is { } said)
                events.Add(said);
        }

        if (events is [])
            events = report.Check ? [new OmahaEvent.Check()] : report.Ping ? [new OmahaEvent.Ping()] : [];
        return report with { Events = events };
    }

    /// <summary><see langword="null"/>: it says nothing. Every check carries a 3/2; it means an update only with the version that ran before it.</summary>
    private static OmahaEvent? ReadEvent(XmlReader reader)
    {
        var (type, result) = (Number(reader, "eventtype"), Number(reader, "eventresult"));
        var code = reader.GetAttribute("errorcode") is { Length: > 0 } ? OmahaCodes.Mask(Number(reader, "errorcode")) : 0;
        return (type, result) switch
        {
            (13, 1) => new OmahaEvent.DownloadStarted(),
            (14, 1) => new OmahaEvent.DownloadFinished(),
            (3, 1) => new OmahaEvent.Installed(),
            (3, 2) => reader.GetAttribute("previousversion") is { Length: > 0 } from and not "0.0.0.0" ? new OmahaEvent.Updated(from) : null,
            (3, 0) when code == OmahaCodes.Rollback => new OmahaEvent.RolledBack(),
            (_, 0) => new OmahaEvent.Error(code),
            _ => new OmahaEvent.Other((int)type, (int)result),
        };
    }

    private static string Required(XmlReader reader, string name) =>
        reader.GetAttribute(name) is { Length: > 0 } value ? value : throw new InvalidDataException($"{reader.Name} has no {name}; expected one that is not empty");

    private static long Number(XmlReader reader, string name) =>
        reader.GetAttribute(name) is var text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is >= int.MinValue and <= uint.MaxValue
            ? number
            : throw new InvalidDataException($"{reader.Name} has {name} \"{text}\"; expected a number");
}
