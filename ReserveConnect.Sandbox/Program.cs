Console.Error.WriteLine("ReserveConnect.Sandbox: nothing to run yet");
return 1;
