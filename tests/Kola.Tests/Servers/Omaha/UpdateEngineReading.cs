using System.Globalization;
using System.Xml;

namespace Kola.Tests.Servers.Omaha;

/// <summary>Reads an answer as update_engine does: the same paths, the same fields, the same conditions, the same error codes.</summary>
internal sealed record UpdateEngineReading
{
    /// <summary><see langword="null"/>: it has understood the answer.</summary>
    public int? Error { get; private init; }

    /// <summary>Where the payload is; <see langword="null"/>: there is no update.</summary>
    public IReadOnlyList<string>? Urls { get; private init; }

    public string? Version { get; private init; }

    public long Size { get; private init; }

    /// <summary>Base64.</summary>
    public string? Hash { get; private init; }

    public bool DisablePayloadBackoff { get; private init; }

    public static UpdateEngineReading Of(int status, byte[] body)
    {
        if (status != 200)
            return new() { Error = 2000 + status };
        var document = new XmlDocument { XmlResolver = null };
        try
        {
            document.Load(new MemoryStream(body));
        }
        catch (XmlException)
        {
            return new() { Error = body is [] ? 30 : 31 };
        }

        return Of(document);
    }

    private static UpdateEngineReading Of(XmlDocument document)
    {
        var invalid = new UpdateEngineReading { Error = 34 };
        if (document.SelectSingleNode("/response/app/updatecheck") is not XmlElement check)
            return invalid;
        if (check.GetAttribute("status") == "noupdate")
            return new();
        var codebases = All(document, "/response/app/updatecheck/urls/url").Select(url => url.GetAttribute("codebase")).ToArray();
        var package = All(document, "/response/app/updatecheck/manifest/packages/package").FirstOrDefault();
        var action = All(document, "/response/app/updatecheck/manifest/actions/action").FirstOrDefault(item => item.GetAttribute("event") == "postinstall");
        if (check.GetAttribute("status") != "ok" || document.SelectSingleNode("/response/app/updatecheck/manifest") is not XmlElement manifest
            || codebases is [] || codebases.Contains("") || package?.GetAttribute("name") is not { Length: > 0 } name
            || !long.TryParse(package.GetAttribute("size"), CultureInfo.InvariantCulture, out var size) || size <= 0
            || action?.GetAttribute("sha256") is not { Length: > 0 } hash)
            return invalid;
        return new()
        {
            Urls = [.. codebases.Select(url => url.EndsWith('/') ? url + name : $"{url}/{name}")],
            Version = manifest.GetAttribute("version"),
            Size = size,
            Hash = hash,
            DisablePayloadBackoff = action.GetAttribute("DisablePayloadBackoff") == "true",
        };
    }

    private static IEnumerable<XmlElement> All(XmlDocument document, string path) => document.SelectNodes(path)!.OfType<XmlElement>();
}
