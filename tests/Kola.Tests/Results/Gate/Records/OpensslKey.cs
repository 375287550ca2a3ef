using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate.Records;

/// <summary>Key pairs as openssl makes them.</summary>
internal static class OpensslKey
{
    private static readonly string[] P256 = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    private static readonly string[] P384 = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
    private static readonly string[] Edwards = ["genpkey", "-algorithm", "ed25519"];
    private static readonly string[] Rsa = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"];
    private static readonly string[] Encrypted = ["-aes-256-cbc", "-pass", "pass:secret"];

    private static readonly Dictionary<string, string[]> Commands = new()
    {
        ["P-256, PKCS #8"] = P256,
        ["P-384, PKCS #8"] = P384,
        ["Ed25519, PKCS #8"] = Edwards,
        ["RSA 3072, PKCS #8"] = Rsa,
        ["P-384, PKCS #8, encrypted"] = [.. P384, .. Encrypted],
        ["Ed25519, PKCS #8, encrypted"] = [.. Edwards, .. Encrypted],
        ["P-256, SEC 1 with its parameters"] = ["ecparam", "-name", "prime256v1", "-genkey"],
        ["P-384, SEC 1"] = ["ecparam", "-name", "secp384r1", "-genkey", "-noout"],
        ["RSA 3072, PKCS #1"] = ["genrsa", "-traditional", "3072"],
    };

    public static IEnumerable<string> Kinds => Commands.Keys;

    public static void Need()
    {
        if (Executables.Find("openssl") is null)
            Assert.Ignore("openssl is not installed; install the package openssl");
    }

    public static async Task<(string Secret, string Open, string? Password)> MakeAsync(string kind, CancellationToken cancellation)
    {
        var encrypted = kind.EndsWith("encrypted", StringComparison.Ordinal);
        var secret = await RunAsync(Commands[kind], "", cancellation);
        return (secret, await RunAsync(["pkey", "-pubout", .. encrypted ? Encrypted[1..].Select(word => word == "-pass" ? "-passin" : word) : []], secret, cancellation), encrypted ? "secret" : null);
    }

    private static async Task<string> RunAsync(string[] arguments, string input, CancellationToken cancellation) =>
        (await Cli.Wrap("openssl").WithArguments(arguments).WithStandardInputPipe(PipeSource.FromString(input)).ExecuteBufferedAsync(cancellation)).StandardOutput;
}
