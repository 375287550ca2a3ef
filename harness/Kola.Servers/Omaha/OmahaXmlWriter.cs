using System.Globalization;
using System.Text;
using System.Xml;

namespace Kola.Servers.Omaha;

/// <summary>Writes answers, as Nebraska puts them; update_engine looks elements up by their paths.</summary>
internal static class OmahaXmlWriter
{
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, IndentChars = " " };

    /// <param name="answers">One for each application, with <see langword="null"/> where none was asked for.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] Write(IEnumerable<(OmahaReport Report, OmahaDecision? Decision)> answers, DateTimeOffset now)
    {
        using var text = new MemoryStream();
        using (var xml = XmlWriter.Create(text, Settings))
        {
            xml.WriteStartElement("response");
            xml.WriteAttributeString("protocol", "3.0");
            xml.WriteAttributeString("server", "kola");
            xml.WriteStartElement("daystart");
            xml.WriteAttributeString("elapsed_seconds", Text((long)now.UtcDateTime.TimeOfDay.TotalSeconds));
            xml.WriteEndElement();
            foreach (var (report, decision) in answers)
                WriteApp(xml, report, decision);
            xml.WriteEndElement();
        }

        return text.ToArray();
    }

    private static void WriteApp(XmlWriter xml, OmahaReport report, OmahaDecision? decision)
    {
        xml.WriteStartElement("app");
        xml.WriteAttributeString("appid", report.App);
        xml.WriteAttributeString("status", decision?.Status ?? "ok");
        if (report.Ping)
            WriteStatus(xml, "ping");
        if (decision is not null)
        {
            xml.WriteStartElement("updatecheck");
            xml.WriteAttributeString("status", decision.UpdateStatus);
            if (decision.Offer is { } offer)
                WriteOffer(xml, offer);
            xml.WriteEndElement();
        }

        for (var answered = 0; answered < report.EventElements; answered++)
            WriteStatus(xml, "event");
        xml.WriteEndElement();
    }

    private static void WriteOffer(XmlWriter xml, OmahaOffer offer)
    {
        xml.WriteStartElement("urls");
        xml.WriteStartElement("url");
        xml.WriteAttributeString("codebase", offer.Codebase);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("manifest");
        xml.WriteAttributeString("version", offer.Version);
        xml.WriteStartElement("packages");
        foreach (var package in offer.Packages)
        {
            xml.WriteStartElement("package");
            xml.WriteAttributeString("name", package.Name);
            if (package.Sha1 is { } sha1)
                xml.WriteAttributeString("hash", sha1);
            xml.WriteAttributeString("hash_sha256", package.Sha256);
            xml.WriteAttributeString("size", Text(package.Size));
            xml.WriteAttributeString("required", "true");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteStartElement("actions");
        xml.WriteStartElement("action");
        xml.WriteAttributeString("event", "postinstall");
        xml.WriteAttributeString("sha256", Convert.ToBase64String(Convert.FromHexString(offer.Packages[0].Sha256)));
        // Only the literal "true" counts with update_engine.
        xml.WriteAttributeString("DisablePayloadBackoff", offer.DisablePayloadBackoff ? "true" : "false");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteStatus(XmlWriter xml, string element)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("status", "ok");
        xml.WriteEndElement();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
