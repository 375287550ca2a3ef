using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Kola.Machines.Provisioning;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>cloud-init's user-data: what it would ignore, or read otherwise than it is written here, is refused.</summary>
internal sealed partial class UserDataShape : SeedShape
{
    /// <summary>Bytes of a header, of nothing packed, and of a trailer.</summary>
    private const int ShortestGzip = 20;

    /// <summary>Plain words that YAML 1.1, which cloud-init reads, takes for truth values or numbers of base 60, and YAML 1.2 for text.</summary>
    [GeneratedRegex(@"^(?:[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\z")]
    private static partial Regex Yaml11 { get; }

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        if (node is YamlMapping { Entries: [{ Key.Text: "file", Value: YamlScalar reference }] })
            return (value = FromFile(reference, context)) is not null;
        if (!base.TryBind(node, context, out value))
            return false;
        var content = (SeedContent)value!;
        var user = content.Text is { } text
            ? Check(text, node.Location, node.Location, context) ? new UserData { Text = text, LocksOut = LocksOut(text, node.Location) } : null
            : CheckWords(node, context) ? new UserData { Mapping = content.Mapping, LocksOut = LocksOut((YamlMapping)node) } : null;
        value = user;
        return user is not null;
    }

    private static UserData? FromFile(YamlScalar reference, BindingContext context)
    {
        if (context.Read(reference, out var file, ProvisionedBytes.Most) is not { } bytes)
            return null;
        // RFC 1952, 2.3.1.
        var packed = bytes is [0x1f, 0x8b, ..];
        if ((packed ? Unpack(bytes, reference, context) : bytes) is not { } plain || Decode(file, plain, context) is not { } text || !Check(text, new(file, 1, 1), reference.Location, context))
            return null;
        return new() { Text = text, Packed = packed ? bytes : null, LocksOut = LocksOut(text, reference.Location) };
    }

    private static byte[]? Unpack(byte[] bytes, YamlScalar reference, BindingContext context)
    {
        try
        {
            using var unpacking = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var plain = new byte[ProvisionedBytes.Most + 1];
            var length = unpacking.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            // .NET does not say that the end is missing; the length of what is packed stands there (RFC 1952, 2.3.1).
            if (length == 0 || bytes.Length < ShortestGzip || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^4..)) > length)
                throw new InvalidDataException("its end is missing");
            if (length < plain.Length)
                return plain[..length];
            context.Report(reference.Location, $"'{reference.Text}' holds more than {ProvisionedBytes.Most} bytes once it is unpacked");
        }
        catch (InvalidDataException e)
        {
            context.Report(reference.Location, $"'{reference.Text}' begins as gzip does and cannot be unpacked: {e.Message}; make it again with gzip");
        }

        return null;
    }

    /// <param name="start">Of the text.</param>
    private static bool Check(string text, SourceLocation start, SourceLocation reference, BindingContext context)
    {
        if (ProvisioningConfig.CloudInit.IsUserData(text))
            return true;
        var first = text.Split('\n')[0].TrimEnd();
        context.Report(File.Exists(start.Path) ? start : reference, $"user-data begins with '{(first.Length <= 60 ? first : first[..60] + "…")}'; cloud-init ignores what does not say what it is: expected #cloud-config, #!, a MIME header, or another of its first lines");
        return false;
    }

    private static bool CheckWords(YamlNode node, BindingContext context)
    {
        var good = true;
        foreach (var word in Scalars(node).Where(scalar => scalar.Plain && Yaml11.IsMatch(scalar.Text)))
        {
            good = false;
            context.Report(word.Location, $"'{word.Text}' is text here, and cloud-init (YAML 1.1) would read it as {(char.IsLetter(word.Text[0]) ? "a truth value; write true or false" : "a number; write the number")}, or put it in quotes");
        }

        return good;
    }

    private static IEnumerable<YamlScalar> Scalars(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => Scalars(entry.Value)),
        YamlSequence sequence => sequence.Items.SelectMany(Scalars),
        _ => [(YamlScalar)node],
    };

    private static SourceLocation? LocksOut(string text, SourceLocation location) =>
        ProvisioningConfig.CloudInit.IsCloudConfig(text) && YamlReader.Read(location.Path, Encoding.UTF8.GetBytes(text), [], maxBytes: ProvisionedBytes.Most) is YamlMapping mapping && LocksOut(mapping) is not null
            ? location
            : null;

    /// <summary>
    /// The place of <c>users:</c> where that replaces the image's default user, who is the one that Kola's key is given to (cloud-init's documentation, module "Users and Groups").
    /// </summary>
    private static SourceLocation? LocksOut(YamlMapping config) =>
        config.Entries.FirstOrDefault(entry => entry.Key.Text == "users") is { Value: YamlSequence users } found
        && !users.Items.Any(user => user is YamlScalar { Text: "default" } or YamlScalar { Unresolved: true })
            ? found.Key.Location
            : null;
}
