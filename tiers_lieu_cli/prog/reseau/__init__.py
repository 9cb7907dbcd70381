"""Le réseau : les lieux amis, leurs agendas suivis, et ce qui tombe le même soir que nous."""
