using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Machines;
using Kola.Servers.Omaha.UpdatePayloads;

namespace Kola.Cli.Commands;

/// <summary><c>kola payload</c>: update payloads as update_engine (Flatcar, CoreOS Container Linux, ChromeOS) installs them.</summary>
internal static class PayloadCommand
{
    public static Command Create() => new("payload", "Update payloads of update_engine (Flatcar): make one from images, or say what one is.") { Make(), Inspect() };

    private static Command Make()
    {
        var partition = new Option<string>("--partition") { Description = "Image of the partition, such as Flatcar's /usr.", HelpName = "FILE", Required = true };
        var kernel = new Option<string?>("--kernel") { Description = "Kernel that belongs to it. Default: none.", HelpName = "FILE" };
        var key = new Option<string>("--key") { Description = "Private RSA key (PEM) that signs it; 'openssl genrsa -out FILE 2048' makes one.", HelpName = "FILE", Required = true };
        var output = new Option<string>("--output", "-o") { Description = "The payload; replaced where it exists.", HelpName = "FILE", Required = true };
        var format = new Option<int>("--format") { Description = "1: Flatcar's. 2: by partitions, as Android's and later ChromeOS's.", DefaultValueFactory = _ => 1 };
        format.AcceptOnlyFromAmong("1", "2");
        var defect = new Option<string?>("--defect") { Description = $"Make it wrong on purpose: {string.Join(", ", Defects.Keys)}.", HelpName = "KIND" };
        defect.AcceptOnlyFromAmong([.. Defects.Keys]);
        var json = Options.Json();
        var command = new Command("make", "Make a signed full payload. The same images and key make the same bytes.\nexit: 0 made · 2 an image cannot be read or the payload not be written · 3 usage") { partition, kernel, key, output, format, defect, json };
        command.SetAction(async (result, cancellation) =>
        {
            var recipe = new PayloadRecipe
            {
                Partition = Existing(result.GetValue(partition)!),
                Kernel = result.GetValue(kernel) is { } file ? Existing(file) : null,
                Format = result.GetValue(format),
                Defect = result.GetValue(defect) is { } name ? Defects[name] : null,
            };
            using var signer = await KeyAsync(result.GetValue(key)!, secret: true, cancellation);
            var path = result.GetValue(output)!;
            MadePayload made;
            try
            {
                made = await PayloadWriter.WriteAsync(recipe, signer, path, cancellation);
            }
            catch (InvalidDataException e)
            {
                throw new InputException(e.Message);
            }

            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(new(path, recipe.Format, made.Size, made.Sha256, made.Sha256Base64, made.Operations, recipe.Defect), PayloadJson.Default.WrittenPayload));
            else
                Console.WriteLine($"{path}: {made.Size} bytes, {made.Operations} operations, sha256 {made.Sha256} (in an Omaha answer {made.Sha256Base64}){(recipe.Defect is null ? "" : $"; it is wrong on purpose: {result.GetValue(defect)}")}");
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command Inspect()
    {
        var payload = new Argument<string>("payload") { Description = "Such as flatcar_production_update.gz, which is not a gzip file." };
        var key = new Option<string?>("--key") { Description = "RSA key (PEM, public or private) that it should be signed by. Default: signatures are not verified.", HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("inspect", "Say what a payload is, and everything that is wrong with it: structure, hashes of operations and images, signatures.\nexit: 0 nothing is wrong · 1 something is · 3 usage") { payload, key, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var signer = result.GetValue(key) is { } file ? await KeyAsync(file, secret: false, cancellation) : null;
            var report = await GivenFile.ReadAsync(result.GetValue(payload)!, async path =>
            {
                await using var stream = File.OpenRead(path);
                return await PayloadReader.InspectAsync(stream, signer, cancellation);
            });
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(report, PayloadJson.Default.PayloadReport));
            else
                Describe(report, result.GetValue(payload)!);
            return report.Problems is [] ? ExitCode.Passed : ExitCode.Failed;
        });
        return command;
    }

    private static void Describe(PayloadReport report, string path)
    {
        Console.WriteLine($"{path}: {(report.Format is { } format ? $"payload of format {format}" : "not a payload")}, {report.Size} bytes, sha256 {report.Sha256}");
        foreach (var image in report.Images)
            Console.WriteLine($"{image.Name}: {image.Size?.ToString() ?? "unknown number of"} bytes, sha256 {image.Sha256 ?? "unknown"}, {string.Join(", ", image.Operations.Select(kind => $"{kind.Value} {kind.Key}"))}{(image.Verified ? ", verified" : "")}");
        foreach (var signature in report.Signatures)
            Console.WriteLine($"signature of the {signature.Of}: version {signature.Version}, {signature.Bytes} bytes{signature.Verified switch { true => ", verified", false => ", not by this key", null => "" }}");
        foreach (var omitted in report.Unchecked)
            Console.WriteLine($"not checked: {omitted}");
        foreach (var problem in report.Problems)
            Console.Error.WriteLine($"kola: {problem.Message}");
    }

    private static Dictionary<string, PayloadDefect> Defects { get; } =
        Enum.GetValues<PayloadDefect>().ToDictionary(defect => JsonSerializer.SerializeToElement(defect, PayloadJson.Default.PayloadDefect).GetString()!);

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new InputException($"{path} cannot be read: there is no such file");

    private static async Task<RSA> KeyAsync(string path, bool secret, CancellationToken cancellation)
    {
        var pem = await GivenFile.ReadAsync(path, file => File.ReadAllTextAsync(file, cancellation));
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            if (secret)
                key.ExportParameters(includePrivateParameters: true);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InputException($"{path} is not {(secret ? "a private RSA key" : "an RSA key")} in PEM; 'openssl genrsa -out FILE 2048' makes one");
        }
    }
}

/// <summary>A payload as <c>kola payload make --json</c> tells it.</summary>
internal sealed record WrittenPayload(string File, int Format, long Size, string Sha256, string Sha256Base64, int Operations, PayloadDefect? Defect);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(WrittenPayload))]
[JsonSerializable(typeof(PayloadReport))]
[JsonSerializable(typeof(PayloadDefect))]
internal sealed partial class PayloadJson : JsonSerializerContext;
