INSERT INTO outbox_addresses(message, address) VALUES(:message, :address)
ON CONFLICT(message, address) DO NOTHING;
